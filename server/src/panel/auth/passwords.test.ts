import { expect, it } from "vitest"
import { hashPassword, verifyPassword } from "./passwords.ts"

it("is argon2id, salted: the same password has another hash each time", async () => {
  const [one, two] = await Promise.all([hashPassword("long enough 1"), hashPassword("long enough 1")])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
})

it("the right password matches, another does not", async () => {
  const stored = await hashPassword("long enough 1")
  expect(await verifyPassword(stored, "long enough 1")).toBe(true)
  expect(await verifyPassword(stored, "long enough 2")).toBe(false)
})

it("no password matches an account that does not exist, not even the one that it is compared with", async () => {
  expect(await verifyPassword(undefined, "nobody has this password")).toBe(false)
})
