import type { HistoryColumn } from "@tundeck/shared"
import { formatBitRate, formatMilliseconds, formatPacketRate } from "../../../lib/format.ts"

type LineName = "out" | "in" | "retransmitted" | "there"

export interface GraphKind {
  name: "throughput" | "packets" | "drops" | "roundTrip"
  /** Colours are variables of the theme; the dash tells lines apart where colour does not. */
  lines: readonly { name: LineName; column: HistoryColumn; colour: string; dash?: number[] }[]
  format: (value: number) => string
  /** The axis reaches at least so far up: a line of nothing lies at its foot. */
  least: number
}

const out = { name: "out", colour: "--td-outbound" } as const
const dashes: number[] = [6, 3]
const back = { name: "in", colour: "--td-inbound", dash: dashes } as const

/** The four graphs of a tunnel, from above. */
export const graphKinds: readonly GraphKind[] = [
  {
    name: "throughput",
    lines: [
      { ...out, column: "outboundBytesPerSecond" },
      { ...back, column: "inboundBytesPerSecond" },
    ],
    format: formatBitRate,
    least: 125,
  },
  {
    name: "packets",
    lines: [
      { ...out, column: "outboundPacketsPerSecond" },
      { ...back, column: "inboundPacketsPerSecond" },
    ],
    format: formatRate,
    least: 4,
  },
  {
    name: "drops",
    lines: [
      { ...out, column: "outboundDropsPerSecond" },
      { ...back, column: "inboundDropsPerSecond" },
      { name: "retransmitted", column: "retransmissionsPerSecond", colour: "--td-waiting", dash: [2, 3] },
    ],
    format: formatRate,
    least: 4,
  },
  {
    name: "roundTrip",
    lines: [{ name: "there", column: "roundTripMs", colour: "--td-outbound" }],
    format: formatMilliseconds,
    least: 0.1,
  },
]

/** Of a rate that is less than one in a second, digits; the unit is that of the graph. */
function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 10) return `${Number(perSecond.toPrecision(2))}/s`
  return formatPacketRate(perSecond)
    .replace(" packets/s", "/s")
    .replace(/ ([kM])/, " $1")
}
