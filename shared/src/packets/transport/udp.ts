import { udpApplication } from "../application/dispatch.ts"
import type { PacketFacts } from "../facts.ts"
import { holds, type Span, shortfall, u16, wireLength, within } from "../span.ts"
import { portsText, readPorts } from "./ports.ts"

const at = { length: 4, payload: 8 } as const // RFC 768

export function describeUdp(span: Span, facts: PacketFacts): void {
  facts.protocol = "UDP"
  const ported = readPorts(span, facts)
  const length = u16(span, at.length) || wireLength(span) // 0: a jumbogram (RFC 2675 section 4) or a segment train
  if (!holds(span, at.payload) || length < at.payload) {
    facts.info = `${ported ? `${portsText(facts)} ` : ""}${shortfall(span, at.payload)}`
    return
  }
  const payload = within(span, at.payload, length - at.payload)
  const said = udpApplication(facts, payload)
  facts.protocol = said?.protocol ?? "UDP"
  facts.info = said?.info ?? `${portsText(facts)} len=${length - at.payload}`
}
