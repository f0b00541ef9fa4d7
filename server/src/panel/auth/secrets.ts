import { createHash, randomBytes, timingSafeEqual } from "node:crypto"

/** 256 random bits in 43 characters that go into URLs, headers and cookies as they are. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url")
}

/** What is stored of a secret with 256 random bits: such a secret needs no slow hash. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex")
}

export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
