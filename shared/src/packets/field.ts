import { holds, isCut, type Span, seenLength, wireLength } from "./span.ts"

/** A part of a packet, with what it means. A layer is the part of one protocol. */
export interface Field {
  /** The specification's own term. */
  readonly name: string
  readonly text: string
  /** Bytes from the packet's first one; those that were captured. */
  readonly start: number
  readonly length: number
  readonly children?: readonly Field[]
}
export type Layer = Field

/** Says in words what `length` bytes at `offset` mean. */
export type Reader = (span: Span, offset: number, length: number) => string

/** The fixed fields of a header, in their order. */
export type FieldTable = readonly (readonly [name: string, offset: number, length: number, read: Reader])[]

/** What one protocol says of its bytes, what stands behind them, and what packet stands within them. */
export interface Dissected {
  readonly layers: readonly Layer[]
  readonly next?: Next | undefined
  /** A quoted packet: its layers become children of the last layer. */
  readonly inside?: Next | undefined
}

/** Bytes with the number that says what they are: an EtherType, or an IP protocol number. */
export interface Next {
  readonly by: "ethernet" | "bare-ip" | "ether-type" | "ip-protocol" | "data"
  readonly number: number
  readonly payload: Span
  /** TTL or hop limit of the IP header in front. */
  readonly hopLimit: number
}

export function next(by: Next["by"], payload: Span, number = 0, hopLimit = 0): Next {
  return { by, number, payload, hopLimit }
}

export function field(
  span: Span,
  name: string,
  offset: number,
  length: number,
  text: string,
  children: readonly Field[] = [],
): Field {
  const start = Math.min(span.start + offset, span.seen)
  const end = Math.max(start, Math.min(span.start + offset + length, span.seen))
  const one = { name, text, start, length: end - start }
  return children.length > 0 ? { ...one, children } : one
}

/** A field that is all of `span`. */
export function wholeField(span: Span, name: string, text: string, children: readonly Field[] = []): Field {
  return field(span, name, 0, wireLength(span), text, children)
}

/** The fields of a header as far as they were captured; the last one then says what is missing. */
export function readFields(span: Span, table: FieldTable): Field[] {
  const found: Field[] = []
  for (const [name, offset, length, read] of table) {
    if (!holds(span, offset + length)) return [...found, missing(span, offset)]
    found.push(field(span, name, offset, length, read(span, offset, length)))
  }
  return found
}

/** Says at `offset` that the rest is not there. */
export function missing(span: Span, offset = seenLength(span)): Field {
  return isCut(span)
    ? field(span, "Cut short", offset, seenLength(span), `${seenLength(span)} of ${wireLength(span)} bytes are here`)
    : field(span, "Malformed", offset, seenLength(span), "the bytes do not hold what they say")
}

/** Bytes that nothing more is known of. */
export function dataField(span: Span, name = "Data"): Field[] {
  return seenLength(span) > 0 ? [wholeField(span, name, `${wireLength(span)} bytes`)] : []
}
