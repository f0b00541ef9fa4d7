import { type Field, field, missing } from "../field.ts"
import { nameText, rawBytes } from "../readers.ts"
import { isCut, type Span, seenLength, u8, u16, u32, within } from "../span.ts"

const at = { kind: 0, length: 1, value: 2 } as const // RFC 9293 section 3.1
const kind = {
  end: 0,
  noOperation: 1,
  maximumSegmentSize: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
} as const
const largestScale = 14 // RFC 7323 section 2.3

const names = new Map<number, string>([
  [0, "End of Option List"],
  [1, "No-Operation"],
  [2, "Maximum segment size"],
  [3, "Window scale"],
  [4, "SACK permitted"],
  [5, "SACK"],
  [8, "Timestamps"],
  [19, "MD5 signature"],
  [28, "User timeout"],
  [29, "Authentication"],
  [30, "Multipath TCP"],
  [34, "Fast open cookie"],
])

/** What a SYN offers (RFC 9293, 7323, 2018): " mss=1460 ws=128 sack". */
export function synOptionsText(options: Span): string {
  let text = ""
  const ended = eachOption(options, (option, length, span) => {
    text += optionText(option, length, span)
  })
  return ended === "" ? text : `${text} ${ended}`
}

/** Why it ended early; "" when it did not. At most 40 bytes, so at most 40 steps. */
export function eachOption(
  options: Span,
  visit: (option: number, length: number, span: Span) => void,
): "" | "[bad options]" | "[cut short]" {
  while (seenLength(options) > 0) {
    const option = u8(options, at.kind)
    const length = option <= kind.noOperation ? 1 : u8(options, at.length)
    if (length > seenLength(options) && isCut(options)) break
    if (length > seenLength(options) || length === 0 || (length === 1 && option > kind.noOperation))
      return "[bad options]"
    visit(option, length, options)
    if (option === kind.end) return ""
    options = within(options, length)
  }
  return isCut(options) ? "[cut short]" : ""
}

function optionText(option: number, length: number, span: Span): string {
  if (option === kind.maximumSegmentSize && length === 4) return ` mss=${u16(span, at.value)}`
  if (option === kind.windowScale && length === 3) return ` ws=${2 ** Math.min(u8(span, at.value), largestScale)}`
  return option === kind.sackPermitted && length === 2 ? " sack" : ""
}

export function optionFields(options: Span): Field[] {
  const found: Field[] = []
  let read = 0
  const ended = eachOption(options, (option, length, span) => {
    const value = valueText(option, length, span)
    found.push(field(span, "Option", 0, length, `${nameText(names, option)}${value === "" ? "" : `: ${value}`}`))
    read += length
  })
  return ended === "" ? found : [...found, missing(options, read)]
}

function valueText(option: number, length: number, span: Span): string {
  if (length <= at.value) return ""
  if (option === kind.maximumSegmentSize && length === 4) return `${u16(span, at.value)} bytes`
  if (option === kind.windowScale && length === 3)
    return `multiply by ${2 ** Math.min(u8(span, at.value), largestScale)}`
  if (option === kind.timestamps && length === 10) return `${u32(span, at.value)}, echo of ${u32(span, at.value + 4)}`
  if (option !== kind.sack || length % 8 !== at.value) return rawBytes(span, at.value, length - at.value)
  const blocks = Array.from({ length: (length - at.value) / 8 }, (_, index) => at.value + index * 8)
  return blocks.map((block) => `${u32(span, block)}–${u32(span, block + 4)}`).join(", ")
}

/** What a SYN's window scale option says; undefined when it has none. */
export function windowScaleOf(options: Span): number | undefined {
  let scale: number | undefined
  eachOption(options, (option, length, span) => {
    if (option === kind.windowScale && length === 3) scale = Math.min(u8(span, at.value), largestScale)
  })
  return scale
}
