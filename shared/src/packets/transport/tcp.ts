import { tcpApplication } from "../application/dispatch.ts"
import type { PacketFacts } from "../facts.ts"
import { holds, type Span, shortfall, u8, u16, u32, wireLength, within } from "../span.ts"
import { portsText, readPorts } from "./ports.ts"
import { synOptionsText } from "./tcp-options.ts"

// RFC 9293 section 3.1
const at = { sequence: 4, acknowledgment: 8, dataOffset: 12, flags: 13, window: 14, options: 20 } as const
const synFlag = 0x02
const ackFlag = 0x10
const flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const
const flagTexts = Array.from({ length: 256 }, (_, flags) =>
  flagNames.filter((_name, bit) => (flags >> bit) & 1).join(", "),
)

export function describeTcp(span: Span, facts: PacketFacts): void {
  facts.protocol = "TCP"
  const ported = readPorts(span, facts)
  const headerLength = (u8(span, at.dataOffset) >> 4) * 4
  if (!holds(span, at.options) || headerLength < at.options || headerLength > wireLength(span)) {
    facts.info = `${ported ? `${portsText(facts)} ` : ""}${shortfall(span, at.options)}`
    return
  }
  const payload = within(span, headerLength)
  const said = tcpApplication(facts, payload)
  if (said === undefined) {
    facts.info = segmentText(span, within(span, at.options, headerLength - at.options), payload, facts)
    return
  }
  facts.protocol = said.protocol
  facts.info = said.info
}

function segmentText(span: Span, options: Span, payload: Span, facts: PacketFacts): string {
  const flags = u8(span, at.flags)
  const acknowledgment = flags & ackFlag ? ` ack=${u32(span, at.acknowledgment)}` : ""
  const numbers = `seq=${u32(span, at.sequence)}${acknowledgment} win=${u16(span, at.window)} len=${wireLength(payload)}`
  const text = `${portsText(facts)} [${flagTexts[flags]}] ${numbers}`
  return flags & synFlag ? text + synOptionsText(options) : text
}
