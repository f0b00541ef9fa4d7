/**
 * One protocol's stretch of a packet. Offsets count from its own first byte, as in its specification.
 * `start <= seen <= end`: bytes from `seen` to `end` were on the wire, but were not captured.
 */
export interface Span {
  readonly bytes: Uint8Array
  readonly start: number
  readonly seen: number
  readonly end: number
}

export function packetSpan(bytes: Uint8Array, wireLength: number): Span {
  return { bytes, start: 0, seen: bytes.length, end: Math.max(wireLength, bytes.length) }
}

/** From `offset` to the end, or at most `length` bytes of it; never beyond the span it is taken from. */
export function within(span: Span, offset: number, length = Number.POSITIVE_INFINITY): Span {
  const start = Math.min(span.start + offset, span.end)
  const end = Math.min(start + length, span.end)
  return { bytes: span.bytes, start, seen: Math.max(start, Math.min(end, span.seen)), end }
}

/**
 * `length` bytes from `offset` on, as a protocol over a stream claims them: what goes beyond this packet
 * comes with a later segment, and counts as cut.
 */
export function claimed(span: Span, offset: number, length: number): Span {
  const start = Math.min(span.start + offset, span.end)
  const end = start + length
  return { bytes: span.bytes, start, seen: Math.max(start, Math.min(end, span.seen)), end }
}

/** Whether the first `length` bytes were captured: ask before reading. */
export function holds(span: Span, length: number): boolean {
  return span.start + length <= span.seen
}

export function seenLength(span: Span): number {
  return span.seen - span.start
}

export function wireLength(span: Span): number {
  return span.end - span.start
}

export function isCut(span: Span): boolean {
  return span.seen < span.end
}

/** Why a view of `needed` bytes failed. Without a number: more than there are. */
export function shortfall(span: Span, needed = Number.POSITIVE_INFINITY): string {
  return isCut(span) && !holds(span, needed) ? "[cut short]" : "[malformed]"
}

/** Reads beyond what was captured give 0: a wrong length can confuse a summary, never stop it. */
export function u8(span: Span, offset: number): number {
  const index = span.start + offset
  return index < span.seen ? (span.bytes[index] ?? 0) : 0
}

export function u16(span: Span, offset: number): number {
  return (u8(span, offset) << 8) | u8(span, offset + 1)
}

export function u24(span: Span, offset: number): number {
  return (u8(span, offset) << 16) | u16(span, offset + 1)
}

export function u32(span: Span, offset: number): number {
  return u16(span, offset) * 0x1_0000 + u16(span, offset + 2)
}
