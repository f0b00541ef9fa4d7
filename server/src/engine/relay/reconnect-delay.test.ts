import { expect, it } from "vitest"
import { reconnectDelay } from "./reconnect-delay.ts"

it("doubles from 100 ms to 30 s, half of it by chance", () => {
  expect([0, 1, 2, 8, 9, 1000].map((attempt) => reconnectDelay(attempt, 0))).toEqual([
    50, 100, 200, 12_800, 15_000, 15_000,
  ])
  expect([0, 1, 2, 8, 9, 1000].map((attempt) => reconnectDelay(attempt, 1))).toEqual([
    100, 200, 400, 25_600, 30_000, 30_000,
  ])
})
