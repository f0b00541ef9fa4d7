import { type Span, seenLength, u8 } from "./span.ts"

const replacement = "\ufffd"

/** UTF-8 (RFC 3629) as text, as far as it was captured; what is not UTF-8 becomes U+FFFD. Not yet safe to show: see printable(). */
export function textAt(span: Span, offset: number, length: number): string {
  const stop = Math.min(offset + length, seenLength(span))
  let text = ""
  for (let index = offset; index < stop; ) {
    const first = u8(span, index)
    if (first < 0x80) {
      text += String.fromCharCode(first)
      index++
      continue
    }
    const size = sequenceSize(first)
    const code = size > 0 && index + size <= stop ? codePointAt(span, index, size) : undefined
    text += code === undefined ? replacement : String.fromCodePoint(code)
    index += code === undefined ? 1 : size
  }
  return text
}

function sequenceSize(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2
  if (first >= 0xe0 && first <= 0xef) return 3
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0
}

const smallest = [0, 0, 0x80, 0x800, 0x1_0000] as const

function codePointAt(span: Span, index: number, size: number): number | undefined {
  let code = u8(span, index) & (0x7f >> size)
  for (let next = 1; next < size; next++) {
    const byte = u8(span, index + next)
    if ((byte & 0xc0) !== 0x80) return undefined
    code = (code << 6) | (byte & 0x3f)
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff
  return code < (smallest[size] ?? 0) || surrogate || code > 0x10_ffff ? undefined : code
}

/** The line that starts at `offset`, without its CR LF; undefined while its end is not in sight within `limit` bytes. */
export function lineAt(span: Span, offset: number, limit: number): string | undefined {
  const length = lineLength(span, offset, limit)
  if (length === undefined) return undefined
  const isCrLf = length > 1 && u8(span, offset + length - 2) === 0x0d
  return textAt(span, offset, length - (isCrLf ? 2 : 1))
}

/** Bytes of the line with its end. */
export function lineLength(span: Span, offset: number, limit: number): number | undefined {
  const stop = Math.min(offset + limit, seenLength(span))
  for (let index = offset; index < stop; index++) {
    if (u8(span, index) === 0x0a) return index + 1 - offset
  }
  return undefined
}

export function hexAt(span: Span, offset: number, length: number): string {
  const stop = Math.min(offset + length, seenLength(span))
  let hex = ""
  for (let index = offset; index < stop; index++) hex += u8(span, index).toString(16).padStart(2, "0")
  return hex
}

/** 0x1f2e: as identifiers are written. */
export function hexNumber(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`
}
