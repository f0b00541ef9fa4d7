import { type Span, seenLength, u8, u16 } from "../span.ts"
import { textAt } from "../text.ts"

const pointerBits = 0xc0 // RFC 1035 section 4.1.4
const mostPointers = 32 // a name has at most 127 labels, a sane message a pointer or two in each
const longestName = 255 // RFC 1035 section 2.3.4

export interface DnsName {
  readonly text: string
  /** Offset of what follows the name where it stands. */
  readonly next: number
}

/**
 * The name at `offset` of a message; undefined when cut or malformed. A pointer must point before everything
 * that was read so far, so that no walk goes round.
 */
export function readName(message: Span, offset: number): DnsName | undefined {
  let text = ""
  let next: number | undefined
  let lowest = offset
  let nameLength = 0
  let pointers = 0
  for (let position = offset; ; ) {
    if (position >= seenLength(message)) return undefined
    const length = u8(message, position)
    if (length === 0) return { text: text === "" ? "<Root>" : text, next: next ?? position + 1 }
    if ((length & pointerBits) === pointerBits) {
      if (position + 2 > seenLength(message)) return undefined
      next ??= position + 2
      const target = u16(message, position) & 0x3fff
      if (target >= lowest || ++pointers > mostPointers) return undefined
      lowest = target
      position = target
      continue
    }
    nameLength += length + 1
    const end = position + 1 + length
    if ((length & pointerBits) !== 0 || nameLength > longestName || end > seenLength(message)) return undefined
    text += (text === "" ? "" : ".") + labelText(message, position + 1, length)
    position = end
  }
}

/** Offset of what follows the name at `offset`, without reading it; undefined when cut or malformed. */
export function skipName(message: Span, offset: number): number | undefined {
  for (let position = offset; position < seenLength(message) && position - offset <= longestName; ) {
    const length = u8(message, position)
    if (length === 0) return position + 1
    if ((length & pointerBits) === pointerBits) return position + 2
    if ((length & pointerBits) !== 0) return undefined
    position += 1 + length
  }
  return undefined
}

/** A dot within a label is escaped (RFC 4343 section 2.1), so that it does not look like two labels. */
function labelText(message: Span, offset: number, length: number): string {
  const label = textAt(message, offset, length)
  return label.includes(".") || label.includes("\\") ? label.replace(/[.\\]/g, "\\$&") : label
}
