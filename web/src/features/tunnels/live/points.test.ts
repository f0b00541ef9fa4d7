import { historyColumns, type TunnelHistory, type TunnelStats } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { noPoints, pointsOf, withSamples } from "./points.ts"

function history(times: number[]): TunnelHistory {
  const { columns } = noPoints()
  const zeros = Object.fromEntries(historyColumns.map((column) => [column, times.map(() => 0)]))
  const all = { ...columns, ...zeros } as Record<(typeof historyColumns)[number], number[]>
  return { resolution: "second", stepSeconds: 1, from: 0, to: 0, times, measuredSeconds: times.map(() => 1), ...all }
}
const stats = (bytes: number, more: Partial<TunnelStats> = {}): TunnelStats => {
  const none = { packets: 0, bytes: 0, dropped: 0 }
  return { outbound: { ...none, bytes }, inbound: none, drops: [], reconnects: 0, roundTripMs: null, ...more }
}

describe("what the graphs draw", () => {
  it("a step that was not measured is blank, a measured zero is a zero", () => {
    const { times, columns } = pointsOf(history([1000, 2000, 5000]))
    expect(times).toEqual([1000, 2000, 3000, 5000])
    expect(columns.outboundBytesPerSecond).toEqual([0, 0, null, 0])
  })

  it("live counters go on where the history ends: what it says already is not said twice", () => {
    const samples = [1500, 2500, 3500, 4510].map((time, i) => ({ time, stats: stats(i * 100) }))
    const { times, columns } = withSamples(pointsOf(history([1000, 2000])), samples)
    expect(times).toEqual([1000, 2000, 2500, 3510])
    expect(columns.outboundBytesPerSecond.map((rate) => rate && Math.round(rate))).toEqual([0, 0, 100, 99])
  })

  it("counters that begin anew, and samples that are missing, leave a blank and no negative rate", () => {
    const samples = [
      { time: 3000, stats: stats(900) },
      { time: 4000, stats: stats(10) },
      { time: 5000, stats: stats(20) },
      { time: 9000, stats: stats(400) },
      { time: 10_000, stats: stats(410) },
    ]
    const { times, columns } = withSamples(noPoints(), samples)
    expect(times).toEqual([4000, 5000, 9000])
    expect(columns.outboundBytesPerSecond).toEqual([10, null, 10])
  })

  it("what the transport does not know is blank", () => {
    const known = [1, 4].map((retransmissions, i) => ({ time: 2000 + i * 1000, stats: stats(0, { retransmissions }) }))
    expect(withSamples(noPoints(), known).columns.retransmissionsPerSecond).toEqual([3])
    const unknown = known.map(({ time }) => ({ time, stats: stats(0) }))
    expect(withSamples(noPoints(), unknown).columns.retransmissionsPerSecond).toEqual([null])
  })
})
