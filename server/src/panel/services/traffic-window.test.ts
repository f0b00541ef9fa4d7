import type { TunnelStats } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { TrafficWindow } from "./traffic-window.ts"
import { noStats } from "./tunnel-states.ts"

function stats(outboundBytes: number, inboundBytes = 0, roundTripMs: number | null = null): TunnelStats {
  const carried = (bytes: number) => ({ packets: bytes / 100, bytes, dropped: 0 })
  return { ...noStats, outbound: carried(outboundBytes), inbound: carried(inboundBytes), roundTripMs }
}

const nothing = { seconds: 0, outboundBitsPerSecond: 0, inboundBitsPerSecond: 0, roundTripMs: null }

describe("the average", () => {
  it("of nothing, and of one sample, is nothing", () => {
    const window = new TrafficWindow()
    expect(window.average()).toEqual(nothing)
    window.add(1000, stats(5_000_000))
    expect(window.average()).toEqual(nothing)
  })

  it("grows with its seconds, up to the latest 30", () => {
    const window = new TrafficWindow()
    const seconds: number[] = []
    for (let second = 0; second <= 100; second += 1) {
      window.add(second * 1000, stats(second * 1000, second * 500, 2))
      const average = window.average()
      seconds.push(average.seconds)
      if (second > 0) {
        expect(average).toMatchObject({ outboundBitsPerSecond: 8000, inboundBitsPerSecond: 4000, roundTripMs: 2 })
      }
    }
    expect(seconds).toEqual(Array.from({ length: 101 }, (_, second) => Math.min(second, 30)))
  })

  it("forgets what is older", () => {
    const window = new TrafficWindow()
    let bytes = 0
    for (let second = 0; second <= 60; second += 5) {
      window.add(second * 1000, stats(bytes, 0, second <= 30 ? 9 : 1))
      bytes += second < 30 ? 1_000_000 : 5000
    }
    expect(window.average()).toEqual({
      seconds: 30,
      outboundBitsPerSecond: 8000,
      inboundBitsPerSecond: 0,
      roundTripMs: 1,
    })
  })

  it("counts a rare sample by the time since the one before", () => {
    const window = new TrafficWindow()
    window.add(0, stats(0))
    window.add(60_000, stats(60_000))
    expect(window.average()).toMatchObject({ seconds: 30, outboundBitsPerSecond: 8000 })
  })

  it("a round trip that was not measured is no zero", () => {
    const window = new TrafficWindow()
    window.add(0, stats(0))
    window.add(1000, stats(0, 0, 4))
    window.add(2000, stats(0, 0, null))
    window.add(3000, stats(0, 0, 8))
    expect(window.average().roundTripMs).toBe(6)
  })
})

describe("a window that begins anew", () => {
  it.each<[string, number, TunnelStats]>([
    ["counters that fell", 3000, stats(10)],
    ["a clock that was set back", 1000, stats(3000)],
  ])("%s", (_why, time, sample) => {
    const window = new TrafficWindow()
    expect(window.add(1500, stats(1000))).toBe(true)
    expect(window.add(2000, stats(2000))).toBe(true)
    expect(window.add(time, sample)).toBe(false)
    expect(window.average()).toEqual(nothing)
    window.add(time + 1000, { ...sample, outbound: { packets: 0, bytes: sample.outbound.bytes + 125, dropped: 0 } })
    expect(window.average()).toMatchObject({ seconds: 1, outboundBitsPerSecond: 1000 })
  })
})
