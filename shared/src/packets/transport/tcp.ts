import { tcpApplication, tcpApplicationLayers } from "../application/dispatch.ts"
import type { PacketFacts } from "../facts.ts"
import { type Dissected, type FieldTable, field, readFields, wholeField } from "../field.ts"
import { bits, counted, decimal, flags, hexadecimal } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, u32, wireLength, within } from "../span.ts"
import { portFields, portsText, readPorts } from "./ports.ts"
import { optionFields, synOptionsText } from "./tcp-options.ts"

// RFC 9293 section 3.1
const at = {
  sequence: 4,
  acknowledgment: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgent: 18,
  options: 20,
} as const
const synFlag = 0x02
const ackFlag = 0x10
const flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const
const flagTexts = Array.from({ length: 256 }, (_, flags) =>
  flagNames.filter((_name, bit) => (flags >> bit) & 1).join(", "),
)

const fields: FieldTable = [
  ...portFields,
  ["Sequence Number", at.sequence, 4, decimal],
  ["Acknowledgment Number", at.acknowledgment, 4, decimal],
  ["Header Length", at.dataOffset, 1, bits(4, 4, (words) => `${words * 4} bytes`)],
  ["Flags", at.flags, 1, flags(flagNames.map((name, bit) => [1 << bit, name] as const))],
  ["Window", at.window, 2, counted("bytes, unscaled")],
  ["Checksum", at.checksum, 2, hexadecimal],
  ["Urgent Pointer", at.urgent, 2, decimal],
]

/** Of the header with its options; undefined when it is not whole, or not one. */
function headerLengthOf(span: Span): number | undefined {
  const length = (u8(span, at.dataOffset) >> 4) * 4
  return holds(span, at.options) && length >= at.options && length <= wireLength(span) ? length : undefined
}

export function describeTcp(span: Span, facts: PacketFacts): void {
  facts.protocol = "TCP"
  const ported = readPorts(span, facts)
  const headerLength = headerLengthOf(span)
  if (headerLength === undefined) {
    facts.info = `${ported ? `${portsText(facts)} ` : ""}${shortfall(span, at.options)}`
    return
  }
  const payload = within(span, headerLength)
  const said = tcpApplication(facts, payload)
  if (said === undefined) {
    facts.info = segmentText(span, headerLength, facts)
    return
  }
  facts.protocol = said.protocol
  facts.info = said.info
}

function segmentText(span: Span, headerLength: number, facts: PacketFacts): string {
  const set = u8(span, at.flags)
  const acknowledgment = set & ackFlag ? ` ack=${u32(span, at.acknowledgment)}` : ""
  const length = wireLength(span) - headerLength
  const numbers = `seq=${u32(span, at.sequence)}${acknowledgment} win=${u16(span, at.window)} len=${length}`
  const text = `${portsText(facts)} [${flagTexts[set]}] ${numbers}`
  return set & synFlag ? text + synOptionsText(optionsOf(span, headerLength)) : text
}

function optionsOf(span: Span, headerLength: number): Span {
  return within(span, at.options, headerLength - at.options)
}

export function dissectTcp(span: Span): Dissected {
  const name = "Transmission Control Protocol"
  const facts: PacketFacts = { protocol: "TCP", info: "" }
  readPorts(span, facts)
  const headerLength = headerLengthOf(span)
  const children = readFields(span, fields)
  if (headerLength === undefined) return { layers: [wholeField(span, name, shortfall(span, at.options), children)] }
  const text = segmentText(span, headerLength, facts)
  const header = field(span, name, 0, headerLength, text, [...children, ...optionFields(optionsOf(span, headerLength))])
  return { layers: [header, ...tcpApplicationLayers(facts, within(span, headerLength))] }
}
