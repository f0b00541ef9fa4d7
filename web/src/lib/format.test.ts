import { expect, test } from "vitest"
import {
  formatBitRate,
  formatBytes,
  formatClock,
  formatCount,
  formatDateTime,
  formatDuration,
  formatMilliseconds,
  formatPacketRate,
  formatRelative,
} from "./format.ts"

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [12_340, "12.3 kB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [98_234_111, "98.2 MB"],
  [5e15, "5.00 PB"],
])("bytes: %d is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test("bit rate: bytes in a second become bits", () => {
  expect(formatBitRate(125_000_000)).toBe("1.00 Gbit/s")
  expect(formatBitRate(0)).toBe("0 bit/s")
})

test("packet rate and counts", () => {
  expect(formatPacketRate(2_000)).toBe("2.00 k packets/s")
  expect(formatCount(1_204_000)).toBe("1,204,000")
})

test("milliseconds: below one they are microseconds", () => {
  expect([0.038, 1.234, 45.67, 123.4].map(formatMilliseconds)).toEqual(["38 µs", "1.23 ms", "45.7 ms", "123 ms"])
})

test.each([
  [400, "now"],
  [12_000, "12 sec ago"],
  [3 * 60_000, "3 min ago"],
  [2 * 3_600_000, "2 hr ago"],
  [49 * 3_600_000, "2 days ago"],
])("relative: %d ms later it is %s", (later, text) => {
  expect(formatRelative(1e12, 1e12 + later)).toBe(text)
})

test("relative: what is to come", () => {
  expect(formatRelative(1e12 + 5_000, 1e12)).toBe("in 5 sec")
})

test.each([
  [4_999, "4 s"],
  [192_000, "3 min 12 s"],
  [7_500_000, "2 h 5 min"],
  [273_600_000, "3 d 4 h"],
])("duration: %d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test("exact times are the viewer's own", () => {
  const time = new Date(2026, 10, 23, 9, 41, 7, 120).getTime()
  expect(formatDateTime(time)).toBe("2026-11-23 09:41:07")
  expect(formatClock(time)).toBe("09:41:07.120")
})
