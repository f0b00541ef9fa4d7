import type { PacketFacts } from "../facts.ts"
import type { FieldTable } from "../field.ts"
import { decimal } from "../readers.ts"
import { holds, type Span, u16 } from "../span.ts"

const at = { source: 0, destination: 2, end: 4 } as const // the same for TCP, UDP, SCTP

/** Notes the ports; false when they were not captured. */
export function readPorts(span: Span, facts: PacketFacts): boolean {
  if (!holds(span, at.end)) return false
  facts.sourcePort = u16(span, at.source)
  facts.destinationPort = u16(span, at.destination)
  return true
}

/** "443 → 51234" */
export function portsText(facts: PacketFacts): string {
  return `${facts.sourcePort} → ${facts.destinationPort}`
}

export const portFields: FieldTable = [
  ["Source Port", at.source, 2, decimal],
  ["Destination Port", at.destination, 2, decimal],
]
