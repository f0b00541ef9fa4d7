// Medians, their spread, and ratios to one contender of the same run.
import type { Figures } from "./measure.ts"

export type Rounds = Record<string, Figures[]>

interface Column {
  key: keyof Figures
  title: string
  digits: number
  /** Larger is better. */
  more: boolean
}

const columns: readonly Column[] = [
  { key: "oneStream", title: "TCP, Gb/s", digits: 2, more: true },
  { key: "oneStreamBack", title: "back", digits: 2, more: true },
  { key: "eightStreams", title: "8 streams", digits: 2, more: true },
  { key: "cpuPerGigabyte", title: "CPU s/GB", digits: 2, more: false },
  { key: "smallPackets", title: "100 B packets/s of 50,000", digits: 0, more: true },
  { key: "smallPacketsLost", title: "lost", digits: 3, more: false },
  { key: "roundTripMedian", title: "ping p50, ms", digits: 2, more: false },
  { key: "roundTrip99", title: "p99", digits: 2, more: false },
  { key: "loadedMedian", title: "loaded p50", digits: 2, more: false },
  { key: "loaded99", title: "p99", digits: 2, more: false },
  { key: "memory", title: "RSS, MB", digits: 0, more: false },
]

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

function valuesOf(figures: readonly Figures[], key: keyof Figures): number[] {
  return figures.flatMap((one) => one[key] ?? [])
}

/** Medians with the smallest and largest of the rounds behind them. */
export function table(rounds: Rounds): string {
  const head = ["", ...columns.map(({ title }) => title)]
  const rows = Object.entries(rounds).map(([name, figures]) => [
    name,
    ...columns.map(({ key, digits }) => {
      const values = valuesOf(figures, key)
      if (values.length === 0) return "–"
      const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits))
      return `${median(values).toFixed(digits)} (${low}–${high})`
    }),
  ])
  return markdown([head, ...rows])
}

/** Medians of the ratio round by round, so that a machine whose speed drifts does not count. */
export function ratios(rounds: Rounds, reference: string): string {
  const base = rounds[reference] ?? []
  const kept = columns.filter(({ key }) => key !== "smallPacketsLost")
  const head = [`ratio to ${reference}`, ...kept.map(({ title, more }) => `${title} ${more ? "↑" : "↓"}`)]
  const rows = Object.entries(rounds).map(([name, figures]) => [
    name,
    ...kept.map(({ key }) => {
      const each = figures.flatMap((one, i) => {
        const [value, other] = [one[key], base[i]?.[key]]
        return value === null || !other ? [] : [value / other]
      })
      return each.length === 0 ? "–" : median(each).toFixed(2)
    }),
  ])
  return markdown([head, ...rows])
}

function markdown([head = [], ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n")
}
