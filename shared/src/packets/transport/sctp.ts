import type { PacketFacts } from "../facts.ts"
import { holds, type Span, shortfall, u8, u16, within } from "../span.ts"
import { portsText, readPorts } from "./ports.ts"

const at = { tag: 4, chunks: 12 } as const // RFC 9260 section 3.1
const chunkAt = { type: 0, length: 2, value: 4 } as const // RFC 9260 section 3.2
const mostShown = 6

const chunkNames = new Map<number, string>([
  [0, "DATA"],
  [1, "INIT"],
  [2, "INIT_ACK"],
  [3, "SACK"],
  [4, "HEARTBEAT"],
  [5, "HEARTBEAT_ACK"],
  [6, "ABORT"],
  [7, "SHUTDOWN"],
  [8, "SHUTDOWN_ACK"],
  [9, "ERROR"],
  [10, "COOKIE_ECHO"],
  [11, "COOKIE_ACK"],
  [14, "SHUTDOWN_COMPLETE"],
  [15, "AUTH"],
  [64, "I_DATA"],
  [128, "ASCONF_ACK"],
  [130, "RECONFIG"],
  [192, "FORWARD_TSN"],
  [193, "ASCONF"],
])

export function describeSctp(span: Span, facts: PacketFacts): void {
  facts.protocol = "SCTP"
  const ported = readPorts(span, facts)
  const chunks = holds(span, at.chunks) ? chunksText(within(span, at.chunks)) : shortfall(span, at.chunks)
  facts.info = ported ? `${portsText(facts)} ${chunks}` : chunks
}

function chunksText(chunks: Span): string {
  const names: string[] = []
  while (chunks.start < chunks.end) {
    if (names.length === mostShown) return `${names.join(" ")} …`
    const length = u16(chunks, chunkAt.length)
    if (!holds(chunks, chunkAt.value) || length < chunkAt.value)
      return [...names, shortfall(chunks, chunkAt.value)].join(" ")
    const type = u8(chunks, chunkAt.type)
    names.push(chunkNames.get(type) ?? `chunk ${type}`)
    chunks = within(chunks, (length + 3) & ~3)
  }
  return names.join(" ")
}
