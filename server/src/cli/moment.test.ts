import { expect, it } from "vitest"
import { duration, moment } from "./moment.ts"

it.each([
  ["90s", 90],
  ["30m", 1800],
  ["12h", 43_200],
  ["7d", 604_800],
])("%s is %i seconds", (text, seconds) => {
  expect(duration(text)).toBe(seconds)
  const before = Date.now()
  const then = moment(text) - seconds * 1000
  expect(then).toBeGreaterThanOrEqual(before)
  expect(then).toBeLessThanOrEqual(Date.now())
})

it("a date is a moment", () => {
  expect(moment("2027-01-31")).toBe(Date.UTC(2027, 0, 31))
  expect(moment("2027-01-31T12:00:00Z")).toBe(Date.UTC(2027, 0, 31, 12))
})

it.each(["", "7", "0d", "d", "-1d", "7w", "tomorrow", "2027-13-45", "1e3s"])("%j is neither", (text) => {
  expect(() => duration(text)).toThrow(/30m/)
  expect(() => moment(text)).toThrow(/2027/)
})
