import { expect, it } from "vitest"
import { nextDelay } from "./backoff.ts"

it("the delay doubles from 100 ms to 10 s", () => {
  const delays = [nextDelay(0, 0)]
  for (let i = 0; i < 8; i++) delays.push(nextDelay(delays.at(-1) ?? 0, 5))
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
})

it("a child that lived 30 s starts over", () => {
  expect(nextDelay(6400, 29_999)).toBe(10_000)
  expect(nextDelay(6400, 30_000)).toBe(100)
})
