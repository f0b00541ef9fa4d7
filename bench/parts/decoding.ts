// What it costs to say what a packet is: its summary, and its field tree.
import { dissect, summarize, TcpFlows } from "@tundeck/shared"
import { bytesOf } from "../../shared/src/packets/samples/sample.ts"
import { samples } from "../../shared/src/packets/samples/samples.ts"

/** Microseconds a packet. */
export interface DecodingFigures {
  /** Of all samples, the one in the middle. */
  median: number
  slowest: number
  /** The slowest of all samples with any one bit flipped. */
  damaged: number
}
export type Decodings = Record<"summary" | "with flows" | "tree", DecodingFigures>

const packets = samples.map(({ hex, link }) => ({ bytes: bytesOf(hex), link }))
type Packet = (typeof packets)[number]
type Decode = (packet: Packet) => unknown

const runs = 100
const times = 50
const warmUps = 20
const damagedRuns = 5

export function decodings(): Decodings {
  const flows = new TcpFlows()
  return {
    summary: figures(({ bytes, link }) => summarize(bytes, bytes.length, link)),
    "with flows": figures(({ bytes, link }) => flows.summarize(bytes, bytes.length, link, 0)),
    tree: figures(({ bytes, link }) => dissect(bytes, bytes.length, link)),
  }
}

function figures(decode: Decode): DecodingFigures {
  for (let i = 0; i < warmUps * times; i++) for (const packet of packets) decode(packet)
  const each = packets.map((packet) => quickest(runs, times, () => decode(packet))).sort((a, b) => a - b)
  const damaged = packets.map((packet) => slowestDamaged(packet, decode))
  return { median: each[each.length >> 1] ?? 0, slowest: each.at(-1) ?? 0, damaged: Math.max(...damaged) }
}

function slowestDamaged({ bytes, link }: Packet, decode: Decode): number {
  const damaged = bytes.slice()
  let slowest = 0
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const at = bit >> 3
    damaged[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
    slowest = Math.max(
      slowest,
      quickest(damagedRuns, 1, () => decode({ bytes: damaged, link })),
    )
    damaged[at] = bytes[at] ?? 0
  }
  return slowest
}

/** The shortest of many short runs: what the machine does beside it does not count. */
function quickest(runs: number, times: number, act: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const begun = process.hrtime.bigint()
    for (let i = 0; i < times; i++) act()
    best = Math.min(best, Number(process.hrtime.bigint() - begun) / times / 1000)
  }
  return best
}
