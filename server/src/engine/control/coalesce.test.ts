import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { coalesce } from "./coalesce.ts"

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it("the first is told at once, the rest together, and the last is never lost", () => {
  const act = vi.fn()
  const tell = coalesce(250, act)
  tell()
  expect(act).toHaveBeenCalledTimes(1)
  for (let i = 0; i < 100; i++) tell()
  expect(act).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(250)
  expect(act).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(10_000)
  expect(act).toHaveBeenCalledTimes(2)
})

it("a second of steady changes is told at most five times: one at once, four after", () => {
  const act = vi.fn()
  const tell = coalesce(250, act)
  for (let ms = 0; ms < 1000; ms += 10, vi.advanceTimersByTime(10)) tell()
  expect(act.mock.calls.length).toBeLessThanOrEqual(5)
})

it("after cancel nothing is told any more", () => {
  const act = vi.fn()
  const tell = coalesce(250, act)
  tell()
  tell()
  tell.cancel()
  vi.advanceTimersByTime(1000)
  expect(act).toHaveBeenCalledTimes(1)
})
