import type { PacketFacts } from "../facts.ts"
import { type Dissected, type FieldTable, field, next, readFields, wholeField } from "../field.ts"
import { counted, decimal, hexadecimal, named, rawBytes } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { destination: 0, source: 1, control: 2, payload: 3 } as const // IEEE 802.2 clause 3
// IEEE 802.1D clause 9.3
const bpdu = {
  protocol: 0,
  version: 2,
  type: 3,
  end: 4,
  flags: 4,
  root: 5,
  cost: 13,
  bridge: 17,
  port: 25,
  age: 27,
  most: 29,
  hello: 31,
  forward: 33,
} as const
const bridgeSpanningTree = 0x42

const bpduTypes = new Map<number, string>([
  [0x00, "Configuration"],
  [0x02, "Rapid/Multiple Spanning Tree"],
  [0x80, "Topology Change Notification"],
])

const fields: FieldTable = [
  ["DSAP", at.destination, 1, hexadecimal],
  ["SSAP", at.source, 1, hexadecimal],
  ["Control", at.control, 1, hexadecimal],
]
const bpduFields: FieldTable = [
  ["Protocol Identifier", bpdu.protocol, 2, hexadecimal],
  ["Protocol Version", bpdu.version, 1, decimal],
  ["BPDU Type", bpdu.type, 1, named(bpduTypes)],
]
const configurationFields: FieldTable = [
  ...bpduFields,
  ["BPDU Flags", bpdu.flags, 1, hexadecimal],
  ["Root Identifier", bpdu.root, 8, rawBytes],
  ["Root Path Cost", bpdu.cost, 4, decimal],
  ["Bridge Identifier", bpdu.bridge, 8, rawBytes],
  ["Port Identifier", bpdu.port, 2, hexadecimal],
  ["Message Age", bpdu.age, 2, counted("/ 256 s")],
  ["Max Age", bpdu.most, 2, counted("/ 256 s")],
  ["Hello Time", bpdu.hello, 2, counted("/ 256 s")],
  ["Forward Delay", bpdu.forward, 2, counted("/ 256 s")],
]
const topologyChange = 0x80

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

export function dissectLogicalLink(span: Span): Dissected {
  const name = "Logical-Link Control"
  const children = readFields(span, fields)
  if (!holds(span, at.payload)) return { layers: [wholeField(span, name, shortfall(span, at.payload), children)] }
  const text = `DSAP ${hexNumber(u8(span, at.destination), 2)}`
  const layer = field(span, name, 0, at.payload, text, children)
  const payload = within(span, at.payload)
  if (u8(span, at.destination) !== bridgeSpanningTree || u8(span, at.source) !== bridgeSpanningTree)
    return { layers: [layer], next: next("data", payload) }
  const table = u8(payload, bpdu.type) === topologyChange ? bpduFields : configurationFields
  const facts: PacketFacts = { protocol: "", info: "" }
  describeSpanningTree(payload, facts)
  return { layers: [layer, wholeField(payload, "Spanning Tree Protocol", facts.info, readFields(payload, table))] }
}
