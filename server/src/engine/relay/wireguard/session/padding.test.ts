import { expect, it } from "vitest"
import { paddedLength } from "./padding.ts"

it.each([
  [0, 0, 0],
  [1, 0, 16],
  [16, 0, 16],
  [17, 0, 32],
  [1420, 1420, 1420],
  [1419, 1420, 1420],
  [1408, 1420, 1408],
  [1400, 1420, 1408],
  [1421, 1420, 1436],
  [2840, 1420, 2840],
])("%i bytes at the limit %i are %i in their message", (length, limit, padded) => {
  expect(paddedLength(length, limit)).toBe(padded)
})
