// The run as a picture: ratios to one contender, on a logarithmic scale, light and dark.
import type { Figures, Rounds } from "../figures.ts"
import { oneStream } from "./goals.ts"
import { short } from "./markdown.ts"
import { ratios, spread } from "./statistics.ts"

interface Panel {
  title: string
  note: string
  value(figures: Figures): number | null
}

const panels: readonly Panel[] = [
  { title: "TCP, one stream", note: "more is better", value: oneStream },
  { title: "64-byte packets/s", note: "more is better", value: ({ packets64 }) => packets64 },
  { title: "CPU seconds per GB", note: "less is better", value: ({ cpuPerGigabyte }) => cpuPerGigabyte },
  { title: "idle round trip, p50", note: "less is better", value: ({ idleMedian }) => idleMedian },
]

const size = { names: 190, panel: 190, gap: 16, row: 24, head: 58, foot: 14 }
const labelWidth = 46

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .note, .value { font-size: 11px; fill: #59636e }
  .title { font-weight: 600 }
  .ours { fill: #0969da } .others { fill: #9aa4ae } .one { stroke: #59636e }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note, .value { fill: #9198a1 }
    .ours { fill: #4493f8 } .others { fill: #6e7681 } .one { stroke: #9198a1 }
  }`

/** An SVG. `ours` are the ids that stand out. */
export function picture(rounds: Rounds, names: Record<string, string>, reference: string, ours: Set<string>): string {
  const ids = Object.keys(rounds)
  const width = size.names + panels.length * (size.panel + size.gap)
  const height = size.head + ids.length * size.row + size.foot
  const rows = ids.map((id, i) =>
    text(size.names - 10, rowMiddle(i), names[id] ?? id, "end", ours.has(id) ? "title" : ""),
  )
  const columns = panels.map((panel, i) => {
    const values = ids.map((id) => spread(ratiosOf(rounds, panel, id, reference))?.median ?? null)
    return `<g transform="translate(${size.names + i * (size.panel + size.gap)} 0)">${bars(panel, ids, values, ours)}</g>`
  })
  const title = `Ratios to ${names[reference] ?? reference}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${style}\n</style>`,
    text(size.names - 10, 20, title, "end", "note"),
    text(size.names - 10, 38, "logarithmic", "end", "note"),
    ...rows,
    ...columns,
    "</svg>\n",
  ].join("\n")
}

function ratiosOf(rounds: Rounds, { value }: Panel, id: string, reference: string): (number | null)[] {
  const of = (one: string) => rounds[one]?.map((figures) => figures && value(figures)) ?? []
  return ratios(of(id), of(reference))
}

/** From 1, where the reference stands, to the left what is below and to the right what is above. */
function bars({ title, note }: Panel, ids: string[], values: (number | null)[], ours: Set<string>): string {
  const logs = values.map((value) => (value === null || value <= 0 ? null : Math.log(value)))
  const known = logs.filter((value) => value !== null)
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)]
  // Room for a label at each end where bars go.
  const left = low < 0 ? labelWidth : 0
  const scale = (size.panel - left - labelWidth) / Math.max(high - low, 1e-9)
  const x = (log: number) => left + (log - low) * scale
  const drawn = ids.map((id, i) => {
    const [log, value] = [logs[i] ?? null, values[i] ?? null]
    if (log === null || value === null) return text(x(0) + 4, rowMiddle(i), "–", "start", "value")
    const [from, to] = [Math.min(x(0), x(log)), Math.max(x(0), x(log))]
    const place = `x="${from.toFixed(1)}" y="${rowMiddle(i) - 7}" width="${Math.max(1, to - from).toFixed(1)}" height="14"`
    const label =
      log < 0
        ? text(from - 4, rowMiddle(i), `${short(value)}×`, "end", "value")
        : text(to + 4, rowMiddle(i), `${short(value)}×`, "start", "value")
    return `<rect ${place} rx="2" class="${ours.has(id) ? "ours" : "others"}"/>${label}`
  })
  const one = `<line class="one" x1="${x(0)}" x2="${x(0)}" y1="${size.head - 6}" y2="${size.head + ids.length * size.row}"/>`
  return [text(left, 20, title, "start", "title"), text(left, 38, note, "start", "note"), ...drawn, one].join("\n")
}

function rowMiddle(i: number): number {
  return size.head + i * size.row + size.row / 2
}

function text(x: number, y: number, words: string, anchor: "start" | "end", name: string): string {
  const className = name === "" ? "" : ` class="${name}"`
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" dominant-baseline="middle"${className}>${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}
