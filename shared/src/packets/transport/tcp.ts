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

export const tcpFlag = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const

export interface TcpSegment {
  readonly sequence: number
  readonly acknowledgment: number
  readonly flags: number
  /** As it stands, not scaled. */
  readonly window: number
  readonly options: Span
  readonly payload: Span
}

/** undefined when the header is not whole, or not one. */
export function viewTcp(span: Span): TcpSegment | undefined {
  const headerLength = (u8(span, at.dataOffset) >> 4) * 4
  if (!holds(span, at.options) || headerLength < at.options || headerLength > wireLength(span)) return undefined
  return {
    sequence: u32(span, at.sequence),
    acknowledgment: u32(span, at.acknowledgment),
    flags: u8(span, at.flags),
    window: u16(span, at.window),
    options: within(span, at.options, headerLength - at.options),
    payload: within(span, headerLength),
  }
}

export function describeTcp(span: Span, facts: PacketFacts): void {
  facts.protocol = "TCP"
  const ported = readPorts(span, facts)
  const segment = viewTcp(span)
  if (segment === undefined) {
    facts.info = `${ported ? `${portsText(facts)} ` : ""}${shortfall(span, at.options)}`
    return
  }
  const said = tcpApplication(facts, segment.payload)
  facts.protocol = said?.protocol ?? "TCP"
  facts.info = said?.info ?? segmentText(segment, facts)
}

/** "443 → 51234 [ACK] seq=1 ack=2 win=8192 len=0" */
function segmentText(segment: TcpSegment, facts: PacketFacts): string {
  const { flags, options, payload } = segment
  const told = `${numbersText(segment, (flags & tcpFlag.ack) !== 0)} len=${wireLength(payload)}`
  const text = `${portsText(facts)} [${flagTexts[flags]}]${told}`
  return flags & tcpFlag.syn ? text + synOptionsText(options) : text
}

type Numbers = Pick<TcpSegment, "sequence" | "acknowledgment" | "window">

function numbersText({ sequence, acknowledgment, window }: Numbers, hasAck: boolean): string {
  return hasAck ? ` seq=${sequence} ack=${acknowledgment} win=${window}` : ` seq=${sequence} win=${window}`
}

/** The info of a segment that carries nothing known, with other numbers than its own. */
export function withNumbers(info: string, numbers: Numbers, hasAck: boolean): string {
  const from = info.indexOf(" seq=")
  const to = info.indexOf(" len=", from)
  return from < 0 || to < 0 ? info : info.slice(0, from) + numbersText(numbers, hasAck) + info.slice(to)
}

export function dissectTcp(span: Span): Dissected {
  const name = "Transmission Control Protocol"
  const facts: PacketFacts = { protocol: "TCP", info: "" }
  readPorts(span, facts)
  const segment = viewTcp(span)
  const children = readFields(span, fields)
  if (segment === undefined) return { layers: [wholeField(span, name, shortfall(span, at.options), children)] }
  const { options, payload } = segment
  const length = at.options + wireLength(options)
  const header = field(span, name, 0, length, segmentText(segment, facts), [...children, ...optionFields(options)])
  return { layers: [header, ...tcpApplicationLayers(facts, payload)] }
}
