import { udpApplication, udpApplicationLayers } from "../application/dispatch.ts"
import type { PacketFacts } from "../facts.ts"
import { type Dissected, type FieldTable, field, readFields, wholeField } from "../field.ts"
import { counted, hexadecimal } from "../readers.ts"
import { holds, type Span, shortfall, u16, wireLength, within } from "../span.ts"
import { portFields, portsText, readPorts } from "./ports.ts"

const at = { length: 4, checksum: 6, payload: 8 } as const // RFC 768

const fields: FieldTable = [
  ...portFields,
  ["Length", at.length, 2, counted("bytes")],
  ["Checksum", at.checksum, 2, hexadecimal],
]

/** What the header says; 0: a jumbogram (RFC 2675 section 4) or a segment train. */
function lengthOf(span: Span): number {
  return u16(span, at.length) || wireLength(span)
}

export function describeUdp(span: Span, facts: PacketFacts): void {
  facts.protocol = "UDP"
  const ported = readPorts(span, facts)
  const length = lengthOf(span)
  if (!holds(span, at.payload) || length < at.payload) {
    facts.info = `${ported ? `${portsText(facts)} ` : ""}${shortfall(span, at.payload)}`
    return
  }
  const payload = within(span, at.payload, length - at.payload)
  const said = udpApplication(facts, payload)
  facts.protocol = said?.protocol ?? "UDP"
  facts.info = said?.info ?? `${portsText(facts)} len=${length - at.payload}`
}

export function dissectUdp(span: Span): Dissected {
  const name = "User Datagram Protocol"
  const facts: PacketFacts = { protocol: "UDP", info: "" }
  readPorts(span, facts)
  const length = lengthOf(span)
  const children = readFields(span, fields)
  if (!holds(span, at.payload) || length < at.payload)
    return { layers: [wholeField(span, name, shortfall(span, at.payload), children)] }
  const header = field(span, name, 0, at.payload, `${portsText(facts)} len=${length - at.payload}`, children)
  return { layers: [header, ...udpApplicationLayers(facts, within(span, at.payload, length - at.payload))] }
}
