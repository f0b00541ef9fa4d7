// Idle and watched tunnels, and ciphers, as tables.
import type { Run } from "../run-record.ts"
import { cell, markdown } from "./markdown.ts"

export function partTables(run: Run): string {
  const {
    idle,
    watched,
    captured = {},
    ciphers = [],
    decodings = [],
    filters = [],
    handshakes = [],
    flood = [],
    viewers = [],
    page = [],
  } = run
  const parts = []
  if (Object.keys(idle).length > 0) {
    const head = ["", "CPU of the engine, % of a core", "all", "memory of the engine, kB each beyond the first", "all"]
    const rows = Object.entries(idle).map(([kind, turns]) => [
      kind.toUpperCase(),
      cell(turns.map((one) => percent(one?.engine.cpuShare))),
      cell(turns.map((one) => percent(one?.all.cpuShare))),
      cell(turns.map((one) => one?.engine.kilobytesEach)),
      cell(turns.map((one) => one?.all.kilobytesEach)),
    ])
    parts.push(
      `### 1,000 idle tunnels\n\nEngine, panel and launcher of one host are "all".\n\n${markdown([head, ...rows])}`,
    )
  }
  if (Object.keys(watched).length > 0) {
    const head = ["", "before, Gb/s", "watched", "after", "packets shown", "missed"]
    const keys = ["before", "watched", "after", "shown", "missed"] as const
    const rows = Object.entries(watched).map(([mode, turns]) => [
      mode,
      ...keys.map((key) => cell(turns.map((one) => one?.[key]))),
    ])
    parts.push(
      `### A watched tunnel\n\nOne TCP stream while one viewer reads its packets.\n\n${markdown([head, ...rows])}`,
    )
  }
  if (viewers.length > 0) {
    const head = ["viewers", "delivered a second", "lost, %", "engine and panel, % of a core", "MB"]
    const rows = (["none", "one", "hundred"] as const).map((who) => {
      const figures = viewers.map((round) => round[who])
      return [
        who === "hundred" ? "100, of which 10 read nothing" : who,
        cell(figures.map(({ delivered }) => delivered)),
        cell(figures.map(({ lost }) => percent(lost))),
        cell(figures.map(({ cpu }) => percent(cpu))),
        cell(figures.map(({ memory }) => memory)),
      ]
    })
    const median = cell(viewers.map(({ shownMedian }) => shownMedian))
    const most = cell(viewers.map(({ shown99 }) => shown99))
    const soon = `A program has the row of a ping ${median} ms after the packet passed, in the median; 99 of 100 within ${most} ms.`
    parts.push(
      `### Many viewers\n\nPackets of 100 bytes, 50,000 a second, over UDP. ${soon}\n\n${markdown([head, ...rows])}`,
    )
  }
  if (page.length > 0) {
    const head = ["ms until the row is drawn", "median", "99 of 100", "slowest of ten"]
    const rows = [
      ["of 400 packets, 10 ms apart", cell(page.map(({ median }) => median)), cell(page.map(({ p99 }) => p99)), ""],
      [
        "of the first after the page was opened",
        cell(page.map(({ firstMedian }) => firstMedian)),
        "",
        cell(page.map(({ firstSlowest }) => firstSlowest)),
      ],
    ]
    parts.push(`### The table in the page\n\nFrom when a packet passed; in Chromium.\n\n${markdown([head, ...rows])}`)
  }
  if (Object.keys(captured).length > 0) parts.push(capturedTable(captured))
  const [first = []] = ciphers
  if (first.length > 0) {
    const head = ["µs", ...(first[0]?.lengths ?? []).map((length) => `${length} bytes`)]
    const rows = first.flatMap(({ by, kind, lengths }, which) =>
      (["seal", "open"] as const).map((what) => [
        `${what}, ${kind}, ${by === "evp" ? "OpenSSL by address" : "node:crypto, the fallback"}`,
        ...lengths.map((_, i) => cell(ciphers.map((round) => round[which]?.[what][i]))),
      ]),
    )
    parts.push(`### One packet, sealed or opened in its place\n\n${markdown([head, ...rows])}`)
  }
  if (handshakes.length > 0) {
    const head = ["", "begun a second", "answered", "the engine's share of a core, %"]
    const row = [
      "WireGuard, UDP",
      cell(handshakes.map(({ sent }) => sent)),
      cell(handshakes.map(({ answered }) => answered)),
      cell(handshakes.map(({ cpu }) => percent(cpu))),
    ]
    parts.push(`### Handshakes of 1,000 peers at once\n\n${markdown([head, row])}`)
  }
  if (flood.length > 0) {
    const head = ["", "before, Gb/s", "flooded", "after", "initiations a second", "cookies a second"]
    const keys = ["before", "flooded", "after", "sent", "answered"] as const
    const row = ["WireGuard, UDP", ...keys.map((key) => cell(flood.map((one) => one[key])))]
    const what = "One TCP stream while a stranger sends initiations with a right mac1."
    parts.push(`### A flooded tunnel\n\n${what}\n\n${markdown([head, row])}`)
  }
  if (decodings.length > 0) {
    const head = ["µs", "median of the samples", "slowest of them", "slowest with any bit flipped"]
    const rows = (["summary", "with flows", "tree"] as const).map((what) => [
      what,
      ...(["median", "slowest", "damaged"] as const).map((key) => cell(decodings.map((round) => round[what][key]))),
    ])
    const what = "Samples of every protocol that is decoded; the shortest of many runs each."
    parts.push(`### One packet, in words\n\n${what}\n\n${markdown([head, ...rows])}`)
  }
  const [filtered] = filters
  if (filtered !== undefined) {
    const head = ["filter", "ms over 100,000 rows"]
    const rows = Object.keys(filtered.filters).map((text) => [
      `\`${text.replaceAll("|", "\\|")}\``,
      cell(filters.map((round) => round.filters[text])),
    ])
    const what = `The key of a packet, which it is asked by, takes ${cell(filters.map(({ key }) => key))} µs.`
    parts.push(`### Filters\n\n${what}\n\n${markdown([head, ...rows])}`)
  }
  return parts.join("\n\n")
}

function capturedTable(captured: NonNullable<Run["captured"]>): string {
  const head = ["", "Gb/s off", "on", "CPU s per GB off", "on", "CPU s per million packets off", "on"]
  const keys = ["gigabits", "cpuPerGigabyte", "cpuPerMillion"] as const
  const rows = Object.entries(captured).map(([mode, turns]) => [
    mode,
    ...keys.flatMap((key) => [
      cell(turns.map(({ before, after }) => (before[key] + after[key]) / 2)),
      cell(turns.map((one) => one.captured[key])),
    ]),
  ])
  const what =
    "One TCP stream, then 100-byte packets at 50,000 a second; CPU time of both engines, both of which capture. 16 MB and 256 bytes of a packet, but for trains-whole: all of it."
  return `### A captured tunnel\n\n${what}\n\n${markdown([head, ...rows])}`
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : share * 100
}
