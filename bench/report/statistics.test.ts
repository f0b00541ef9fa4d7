import { expect, test } from "vitest"
import { percentile, ratios, spread } from "./statistics.ts"

test("median: the middle of an odd number, the mean of the two of an even one, of what is there", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 })
  expect(spread([4, null, 1])).toEqual({ median: 2.5, low: 1, high: 4 })
  expect(spread([null])).toBeNull()
})

test("ratios are taken round by round, and missing where one of the two failed", () => {
  expect(ratios([10, 20, null, 5], [5, 5, 5, null])).toEqual([2, 4, null, null])
})

test("the 99th percentile of 200 values is the second highest", () => {
  expect(percentile([...Array(200).keys()], 0.99)).toBe(198)
})
