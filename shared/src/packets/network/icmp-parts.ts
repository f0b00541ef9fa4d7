import { tundeckEchoFields } from "../application/tundeck.ts"
import { dataField, type Field, type FieldTable, type Layer, type Next, next, readFields } from "../field.ts"
import { decimal, hexadecimal } from "../readers.ts"
import { type Span, seenLength, u16, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import { quotedPacket } from "./quoted-packet.ts"

// What ICMP and ICMPv6 lay out alike: RFC 792, RFC 4443 section 4
const at = { id: 4, sequence: 6, payload: 8 } as const

/** "id=0x1f2e seq=4" */
export function echoIdentifiers(span: Span): string {
  return `id=${hexNumber(u16(span, at.id), 4)} seq=${u16(span, at.sequence)}`
}

export function codeName(names: readonly string[], code: number): string {
  return names[code] ?? `code ${code}`
}

/** " for 10.0.0.1:4242 → 10.0.0.2:53 UDP": whose packet an error is about. */
export function quote(span: Span): string {
  const quoted = quotedPacket(within(span, at.payload))
  return quoted === "" ? "" : ` for ${quoted}`
}

const echoTable: FieldTable = [
  ["Identifier", at.id, 2, hexadecimal],
  ["Sequence Number", at.sequence, 2, decimal],
]

/** Of echo and timestamp messages. */
export function echoFields(span: Span): Field[] {
  return [...readFields(span, echoTable), ...dataField(within(span, at.payload))]
}

/** The echo message, and what of ours it carries. `told` makes its layer. */
export function echoLayers(span: Span, told: (children: readonly Field[]) => Layer): Layer[] {
  const ours = tundeckEchoFields(within(span, at.payload))
  return ours.length > 0 ? [told(readFields(span, echoTable)), ...ours] : [told(echoFields(span))]
}

/** The packet that an error quotes. */
export function quotedIn(span: Span): Next | undefined {
  const quoted = within(span, at.payload)
  return seenLength(quoted) > 0 ? next("bare-ip", quoted) : undefined
}
