import { expect, it } from "vitest"
import { LoadGauge } from "./load-gauge.ts"

const seconds = 100

/** How many of those that come `perSecond` pass, in 100 seconds. */
function passed(perSecond: number, isPassed: (now: number, i: number) => boolean): number {
  let count = 0
  for (let i = 0; i < perSecond * seconds; i++) if (isPassed((i * 1000) / perSecond, i)) count += 1
  return count
}

/** One of 250 IPv4 addresses. */
function address(i: number): Uint8Array {
  const bytes = new Uint8Array(16)
  bytes.set([0xff, 0xff, 10, 0, 0, i % 250], 10)
  return bytes
}

/** More than a bucket gives in this time are one too many at its end. */
function expectAbout(count: number, wanted: number): void {
  expect(Math.abs(count - wanted)).toBeLessThanOrEqual(2)
}

it("300 handshakes a second are no load, however long; one more a second is, in time", () => {
  const [calm, strained] = [new LoadGauge(1), new LoadGauge(1)]
  expect(passed(300, (now) => calm.isLoadedBy(now))).toBe(0)
  let firstAt = 0
  for (let i = 0; firstAt === 0; i++) if (strained.isLoadedBy((i * 1000) / 301)) firstAt = i / 301
  // One a second fills the 500.
  expect(firstAt).toBeGreaterThan(490)
  expect(firstAt).toBeLessThan(510)
})

it("of those that show a cookie 500 at once and 1,100 a second are answered", () => {
  const gauge = new LoadGauge(1)
  expectAbout(
    passed(2_500, (now, i) => gauge.mayAnswer(address(i), now)),
    500 + 1_100 * seconds,
  )
})

it("200 cookies at once and 2,000 a second are sent", () => {
  const gauge = new LoadGauge(1)
  expect(Array.from({ length: 300 }, () => gauge.maySendCookie(0)).filter(Boolean)).toHaveLength(200)
  expectAbout(
    passed(5_000, (now) => gauge.maySendCookie(now)),
    2_000 * seconds,
  )
})

it("400 at once and 4,000 a second are checked", () => {
  const gauge = new LoadGauge(1)
  expect(Array.from({ length: 500 }, () => gauge.mayCheck(0)).filter(Boolean)).toHaveLength(400)
  expectAbout(
    passed(9_000, (now) => gauge.mayCheck(now)),
    4_000 * seconds,
  )
})

it("load lasts a second; while it does nothing is looked at that could lead to nothing", () => {
  const gauge = new LoadGauge(1)
  while (!gauge.isLoadedBy(0));
  const spend = (now: number) => {
    while (gauge.maySendCookie(now));
    while (gauge.mayCheck(now));
    return [gauge.mayLook(false, now), gauge.mayLook(true, now)]
  }
  expect([gauge.mayLook(false, 0), gauge.mayLook(true, 0)]).toEqual([true, true])
  expect(spend(0)).toEqual([false, false])
  expect(spend(999)).toEqual([false, false])
  expect(spend(1_000)).toEqual([true, true])
})
