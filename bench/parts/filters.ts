// What filtering costs: the key of a packet, and filters over as many rows as a page holds.
import { type FilteredRow, filterOf, packetKeyOf, TcpFlows } from "@tundeck/shared"
import { applicationSamples } from "../../shared/src/packets/samples/application.ts"
import { networkSamples } from "../../shared/src/packets/samples/network.ts"
import { bytesOf } from "../../shared/src/packets/samples/sample.ts"
import { transportSamples } from "../../shared/src/packets/samples/transport.ts"

export interface FilterFigures {
  /** Microseconds for the key of one packet. */
  key: number
  /** By filter: milliseconds over all rows. */
  filters: Record<string, number>
}

export const rowCount = 100_000
const filters = [
  "icmp",
  "dropped",
  "host 10.0.0.1 and tcp port 443",
  "net fd00::/64 or net 2001:db8::/32",
  "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
  "not (arp or dns or tls) and len > 100 and portrange 1-1024",
  'info contains "example"',
  "tcp.analysis.retransmission or injected",
]
const turns = 30
const warmUps = 5

const samples = [...networkSamples, ...transportSamples, ...applicationSamples].map(({ hex, link }) => ({
  bytes: bytesOf(hex),
  link,
}))

export function filterFigures(): FilterFigures {
  const flows = new TcpFlows()
  const rows = Array.from({ length: rowCount }, (_, number) => rowOf(number, flows))
  const key = quickest(() => {
    for (let i = 0; i < rowCount; i++) keyOf(i)
  })
  const times = filters.map((text) => {
    const { matches } = filterOf(text, {})
    let found = 0
    const time = quickest(() => {
      for (const row of rows) if (matches(row)) found++
    })
    if (found > rowCount * (turns + warmUps)) throw new Error(`${text} finds more than there is`)
    return [text, time] as const
  })
  return { key: (key * 1000) / rowCount, filters: Object.fromEntries(times) }
}

function rowOf(number: number, flows: TcpFlows): FilteredRow {
  const { bytes, link } = samples[number % samples.length] ?? { bytes: new Uint8Array(0), link: "ip" }
  const { protocol, info, tcp } = flows.summarize(bytes, bytes.length, link, number)
  const verdict = number % 10 === 0 ? "dropped" : "sent"
  return {
    length: bytes.length,
    direction: "outbound",
    protocol,
    info,
    verdict,
    ...(tcp && { tcp }),
    key: keyOf(number),
  }
}

function keyOf(number: number) {
  const { bytes, link } = samples[number % samples.length] ?? { bytes: new Uint8Array(0), link: "ip" }
  return packetKeyOf(bytes, bytes.length, link)
}

/** Milliseconds of the shortest of many runs: what the machine does beside it does not count. */
function quickest(act: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let turn = -warmUps; turn < turns; turn++) {
    const begun = performance.now()
    act()
    if (turn >= 0) best = Math.min(best, performance.now() - begun)
  }
  return best
}
