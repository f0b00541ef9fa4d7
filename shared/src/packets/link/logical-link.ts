import type { PacketFacts } from "../facts.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { destination: 0, source: 1, control: 2, payload: 3 } as const // IEEE 802.2 clause 3
const bpdu = { protocol: 0, version: 2, type: 3, end: 4 } as const // IEEE 802.1D clause 9.3
const bridgeSpanningTree = 0x42

const bpduTypes = new Map<number, string>([
  [0x00, "Configuration"],
  [0x02, "Rapid/Multiple Spanning Tree"],
  [0x80, "Topology Change Notification"],
])

/** What an IEEE 802.3 frame with a length carries: mostly the spanning tree of a bridge. */
export function describeLogicalLink(span: Span, facts: PacketFacts): void {
  facts.protocol = "LLC"
  if (!holds(span, at.payload)) {
    facts.info = shortfall(span, at.payload)
    return
  }
  const destination = u8(span, at.destination)
  if (destination === bridgeSpanningTree && u8(span, at.source) === bridgeSpanningTree) {
    return describeSpanningTree(within(span, at.payload), facts)
  }
  facts.info = `DSAP ${hexNumber(destination, 2)} SSAP ${hexNumber(u8(span, at.source), 2)} len=${wireLength(span)}`
}

function describeSpanningTree(span: Span, facts: PacketFacts): void {
  facts.protocol = "STP"
  if (!holds(span, bpdu.end) || u16(span, bpdu.protocol) !== 0) {
    facts.info = shortfall(span, bpdu.end)
    return
  }
  const type = u8(span, bpdu.type)
  facts.info = `${bpduTypes.get(type) ?? `BPDU type ${type}`} version=${u8(span, bpdu.version)}`
}
