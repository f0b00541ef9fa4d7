import { expect, it } from "vitest"
import { neighbour } from "./neighbour.ts"

it.each([
  ["10.77.0.1", 24, "10.77.0.2"],
  ["10.77.0.2", 24, "10.77.0.1"],
  ["10.77.0.254", 24, "10.77.0.253"],
  ["10.0.0.0", 31, "10.0.0.1"],
  ["10.0.0.7", 31, "10.0.0.6"],
  ["fd77::1", 64, "fd77::2"],
] as const)("beside %s/%d stands %s", (address, length, other) => {
  expect(neighbour({ address, length })).toBe(other)
})

it("a host's own network has no other", () => {
  expect(neighbour({ address: "10.0.0.1", length: 32 })).toBeUndefined()
})
