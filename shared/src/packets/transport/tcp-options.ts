import { isCut, type Span, seenLength, u8, u16, within } from "../span.ts"

const at = { kind: 0, length: 1, value: 2 } as const // RFC 9293 section 3.1
const kind = { end: 0, noOperation: 1, maximumSegmentSize: 2, windowScale: 3, sackPermitted: 4 } as const

/** What a SYN offers (RFC 9293, 7323, 2018): " mss=1460 ws=128 sack". At most 40 bytes, so at most 40 steps. */
export function synOptionsText(options: Span): string {
  let text = ""
  while (seenLength(options) > 0) {
    const option = u8(options, at.kind)
    if (option === kind.end) return text
    const length = option === kind.noOperation ? 1 : u8(options, at.length)
    if (length > seenLength(options) && isCut(options)) break
    if (length > seenLength(options) || length === 0 || (length === 1 && option !== kind.noOperation))
      return `${text} [bad options]`
    text += optionText(option, length, options)
    options = within(options, length)
  }
  return isCut(options) ? `${text} [cut short]` : text
}

function optionText(option: number, length: number, span: Span): string {
  if (option === kind.maximumSegmentSize && length === 4) return ` mss=${u16(span, at.value)}`
  if (option === kind.windowScale && length === 3) return ` ws=${2 ** Math.min(u8(span, at.value), 14)}`
  return option === kind.sackPermitted && length === 2 ? " sack" : ""
}
