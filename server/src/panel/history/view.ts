import { historyColumns, type Resolution, resolutions, type TunnelHistory } from "@tundeck/shared"
import type { Run } from "./chunk.ts"
import { sum } from "./sums.ts"

/** Runs of sums as columns of rates. */
export function historyView(resolution: Resolution, from: number, to: number, runs: readonly Run[]): TunnelHistory {
  const { stepSeconds } = resolutions[resolution]
  const view: TunnelHistory = {
    resolution,
    stepSeconds,
    from,
    to,
    times: [],
    measuredSeconds: [],
    outboundBytesPerSecond: [],
    inboundBytesPerSecond: [],
    outboundPacketsPerSecond: [],
    inboundPacketsPerSecond: [],
    outboundDropsPerSecond: [],
    inboundDropsPerSecond: [],
    roundTripMs: [],
    retransmissionsPerSecond: [],
  }
  for (const { step, count, sums } of runs) {
    const of = (index: number) => sums[index] ?? 0
    const seconds = of(sum.seconds)
    const mean = (total: number, measured: number) => (measured === 0 ? null : rounded(total / measured))
    const rate = (index: number) => rounded(of(index) / seconds)
    for (let i = 0; i < count; i++) {
      view.times.push((step + i) * stepSeconds * 1000)
      view.measuredSeconds.push(seconds)
      view.outboundBytesPerSecond.push(rate(sum.outboundBytes))
      view.inboundBytesPerSecond.push(rate(sum.inboundBytes))
      view.outboundPacketsPerSecond.push(rate(sum.outboundPackets))
      view.inboundPacketsPerSecond.push(rate(sum.inboundPackets))
      view.outboundDropsPerSecond.push(rate(sum.outboundDrops))
      view.inboundDropsPerSecond.push(rate(sum.inboundDrops))
      view.roundTripMs.push(mean(of(sum.roundTripMicroseconds) / 1000, of(sum.roundTripSeconds)))
      view.retransmissionsPerSecond.push(mean(of(sum.retransmissions), of(sum.retransmissionSeconds)))
    }
  }
  return view
}

/** RFC 4180: a line of names, then one for each step that was measured; what was not is empty. */
export function historyCsv(view: TunnelHistory): string {
  const lines = view.times.map((time, i) => {
    const cells = historyColumns.map((column) => view[column][i] ?? "")
    return [new Date(time).toISOString(), view.measuredSeconds[i], ...cells].join(",")
  })
  return [["time", "measuredSeconds", ...historyColumns].join(","), ...lines, ""].join("\r\n")
}

/** Three digits after the point: a packet in a quarter of an hour still shows. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
