import { expect, test } from "vitest"
import { passwordStrength } from "./strength.ts"

test("strength: a short password says how much is missing", () => {
  expect(passwordStrength("", "")).toEqual({ verdict: "tooShort", missing: 10 })
  expect(passwordStrength("abcdefg", "")).toEqual({ verdict: "tooShort", missing: 3 })
})

test.each([
  ["Password123", "admin", "common"],
  ["tundeck-2026", "admin", "common"],
  ["aaaaaaaaaaaaaaaa", "admin", "repeated"],
  ["i-am-alice-99", "alice", "containsName"],
  ["brown-otter", "admin", "fair"],
  ["correct horse battery", "admin", "strong"],
])("strength: %j of %j is %s", (password, username, verdict) => {
  expect(passwordStrength(password, username)).toEqual({ verdict })
})

test("strength: above what the panel takes", () => {
  expect(passwordStrength("ab".repeat(129), "x")).toEqual({ verdict: "tooLong" })
})
