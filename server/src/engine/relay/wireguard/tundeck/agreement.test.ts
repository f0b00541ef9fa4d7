import { expect, it } from "vitest"
import { Agreement } from "./agreement.ts"

it("nothing is taken and nothing used before a hello", () => {
  const agreement = new Agreement()
  expect([agreement.takes, agreement.uses, agreement.isHeard, agreement.isUnproven]).toEqual([0, 0, false, false])
})

it("who asked uses at once what it takes; who answered when the peer is known to have its hello", () => {
  const asked = new Agreement()
  expect(asked.hear(0b1011, 0b0110, true)).toBe(true)
  expect([asked.takes, asked.uses]).toEqual([0b0010, 0b0010])
  const answered = new Agreement()
  expect(answered.hear(0b1011, 0b0110, false)).toBe(true)
  expect([answered.takes, answered.uses, answered.isUnproven]).toEqual([0b0010, 0, true])
  answered.prove()
  expect([answered.uses, answered.isUnproven]).toEqual([0b0010, false])
})

it("the first hello counts, for the life of the keys", () => {
  const agreement = new Agreement()
  agreement.hear(0b11, 0b01, true)
  expect(agreement.hear(0b11, 0b10, true)).toBe(false)
  expect([agreement.takes, agreement.uses]).toEqual([0b01, 0b01])
})
