import { hash, verify } from "@node-rs/argon2"

/** OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

let nobodys: Promise<string> | undefined

/** Takes as long for an account that does not exist (no stored hash) as for one that does. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  nobodys ??= hashPassword("nobody has this password")
  const matches = await verify(stored ?? (await nobodys), password)
  return matches && stored !== undefined
}
