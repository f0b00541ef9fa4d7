// What was measured: medians with the lowest and highest of the rounds behind them.
import type { FigureKey, Rounds } from "../figures.ts"
import { cell, markdown, short } from "./markdown.ts"
import { ratios, spread } from "./statistics.ts"

interface Column {
  key: FigureKey
  title: string
  /** Of the unit that the title names. */
  scale?: number
  digits: number
}

const gigabits = { digits: 2 }
const perSecond = { scale: 1 / 1000, digits: 1 }
const percent = { scale: 100, digits: 1 }
const milliseconds = { digits: 2 }

const throughput: readonly Column[] = [
  { key: "oneStream", title: "1 stream, Gb/s", ...gigabits },
  { key: "oneStreamBack", title: "back", ...gigabits },
  { key: "eightStreams", title: "8 streams", ...gigabits },
  { key: "eightStreamsBack", title: "back", ...gigabits },
  { key: "cpuPerGigabyte", title: "CPU s/GB", digits: 2 },
  { key: "memory", title: "RSS, MB", digits: 0 },
]

const packets: readonly Column[] = [
  { key: "packets64", title: "64 B, 1,000/s", ...perSecond },
  { key: "lost64", title: "lost, %", ...percent },
  { key: "packets512", title: "512 B", ...perSecond },
  { key: "lost512", title: "lost, %", ...percent },
  { key: "packets1400", title: "1,400 B", ...perSecond },
  { key: "lost1400", title: "lost, %", ...percent },
  { key: "paced", title: "100 B, of 100", ...perSecond },
  { key: "pacedLost", title: "lost, %", scale: 100, digits: 2 },
]

const roundTrips: readonly Column[] = [
  { key: "coldMedian", title: "just started, p50 ms", ...milliseconds },
  { key: "cold99", title: "p99", ...milliseconds },
  { key: "idleMedian", title: "idle, p50", ...milliseconds },
  { key: "idle99", title: "p99", ...milliseconds },
  { key: "loadedMedian", title: "under a flow, p50", ...milliseconds },
  { key: "loaded99", title: "p99", ...milliseconds },
  { key: "loadedLost", title: "lost, %", ...percent },
]

type Names = Record<string, string>

function table(rounds: Rounds, names: Names, columns: readonly Column[]): string {
  const head = ["", ...columns.map(({ title }) => title)]
  const rows = Object.entries(rounds).map(([id, turns]) => [
    names[id] ?? id,
    ...columns.map(({ key, digits, scale = 1 }) => {
      const values = turns.map((figures) => figures?.[key] ?? null)
      return cell(
        values.map((value) => value && value * scale),
        digits,
      )
    }),
  ])
  return markdown([head, ...rows])
}

function ratioTable(rounds: Rounds, names: Names, reference: string): string {
  const columns = [
    { key: "oneStream", title: "1 stream ↑" },
    { key: "oneStreamBack", title: "back ↑" },
    { key: "eightStreams", title: "8 streams ↑" },
    { key: "eightStreamsBack", title: "back ↑" },
    { key: "cpuPerGigabyte", title: "CPU s/GB ↓" },
    { key: "packets64", title: "64 B packets ↑" },
    { key: "packets1400", title: "1,400 B ↑" },
    { key: "idleMedian", title: "idle p50 ↓" },
    { key: "loaded99", title: "loaded p99 ↓" },
  ] as const
  const of = (id: string, key: FigureKey) => rounds[id]?.map((figures) => figures?.[key] ?? null) ?? []
  const rows = Object.keys(rounds).map((id) => [
    names[id] ?? id,
    ...columns.map(({ key }) => {
      const found = spread(ratios(of(id, key), of(reference, key)))
      return found === null ? "–" : short(found.median)
    }),
  ])
  return markdown([["", ...columns.map(({ title }) => title)], ...rows])
}

/** All of them, under headings. */
export function tables(rounds: Rounds, names: Names, reference: string): string {
  if (Object.keys(rounds).length === 0) return ""
  return [
    `### Throughput\n\n${table(rounds, names, throughput)}`,
    `### Packets\n\n${table(rounds, names, packets)}`,
    `### Round trip\n\n${table(rounds, names, roundTrips)}`,
    ...(reference in rounds ? [`### Ratios to ${names[reference]}\n\n${ratioTable(rounds, names, reference)}`] : []),
  ].join("\n\n")
}
