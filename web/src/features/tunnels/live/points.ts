import { type HistoryColumn, historyColumns, type TunnelHistory, type TunnelStats } from "@tundeck/shared"

/** What is drawn: one time line for all graphs, Unix ms. A step that is null in every column is a gap. */
export interface Points {
  times: number[]
  columns: Record<HistoryColumn, (number | null)[]>
}

export interface Sample {
  time: number
  stats: TunnelStats
}

/** Samples come once a second; two that are farther apart have a gap between them. */
const gapMs = 2500

/** Of a history that leaves out what was not measured: a blank step stands for each stretch that is missing. */
export function pointsOf(view: TunnelHistory): Points {
  const points = noPoints()
  view.times.forEach((time, i) => {
    const last = view.times[i - 1]
    if (last !== undefined && time - last > view.stepSeconds * 1500)
      push(points, last + view.stepSeconds * 1000, () => null)
    push(points, time, (column) => view[column][i] ?? null)
  })
  return points
}

/** What the live counters say since then, behind what the history says. */
export function withSamples(history: Points, samples: readonly Sample[]): Points {
  const newest = history.times.at(-1) ?? 0
  const points = { times: [...history.times], columns: { ...history.columns } }
  for (const column of historyColumns) points.columns[column] = [...history.columns[column]]
  samples.forEach((sample, i) => {
    const before = samples[i - 1]
    const time = sample.time - 1000 // a step is known by its beginning
    if (before === undefined || time <= newest) return
    const seconds = (sample.time - before.time) / 1000
    const rates = growth(before.stats, sample.stats, seconds)
    if (rates === undefined || seconds * 1000 > gapMs) return
    const last = points.times.at(-1)
    if (last !== undefined && time - last > gapMs) push(points, last + 1000, () => null)
    push(points, time, (column) => rates[column])
  })
  return points
}

function growth(
  before: TunnelStats,
  now: TunnelStats,
  seconds: number,
): Record<HistoryColumn, number | null> | undefined {
  const rate = (direction: "outbound" | "inbound", counter: "bytes" | "packets" | "dropped") =>
    (now[direction][counter] - before[direction][counter]) / seconds
  const { retransmissions } = now
  const known = retransmissions !== undefined && before.retransmissions !== undefined
  const rates = {
    outboundBytesPerSecond: rate("outbound", "bytes"),
    inboundBytesPerSecond: rate("inbound", "bytes"),
    outboundPacketsPerSecond: rate("outbound", "packets"),
    inboundPacketsPerSecond: rate("inbound", "packets"),
    outboundDropsPerSecond: rate("outbound", "dropped"),
    inboundDropsPerSecond: rate("inbound", "dropped"),
    roundTripMs: now.roundTripMs,
    retransmissionsPerSecond: known ? (retransmissions - (before.retransmissions ?? 0)) / seconds : null,
  }
  const isAnew = Object.values(rates).some((value) => value !== null && value < 0)
  return isAnew ? undefined : rates
}

export function noPoints(): Points {
  return {
    times: [],
    columns: {
      outboundBytesPerSecond: [],
      inboundBytesPerSecond: [],
      outboundPacketsPerSecond: [],
      inboundPacketsPerSecond: [],
      outboundDropsPerSecond: [],
      inboundDropsPerSecond: [],
      roundTripMs: [],
      retransmissionsPerSecond: [],
    },
  }
}

function push(points: Points, time: number, value: (column: HistoryColumn) => number | null): void {
  points.times.push(time)
  for (const column of historyColumns) points.columns[column].push(value(column))
}
