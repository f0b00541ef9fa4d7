import { type Field, field, missing } from "../field.ts"
import { nameText, rawBytes } from "../readers.ts"
import { holds, type Span, seenLength, u8, wireLength, within } from "../span.ts"

const at = { type: 0, length: 1, value: 2 } as const // RFC 791 section 3.1
const type = { end: 0, noOperation: 1 } as const

const names = new Map<number, string>([
  [0, "End of Options List"],
  [1, "No-Operation"],
  [7, "Record Route"],
  [68, "Time Stamp"],
  [130, "Security"],
  [131, "Loose Source Route"],
  [136, "Stream Identifier"],
  [137, "Strict Source Route"],
  [148, "Router Alert"],
])

/** At most 40 bytes, so at most 40 steps. */
export function ipv4OptionFields(options: Span): Field[] {
  const found: Field[] = []
  let rest = options
  while (wireLength(rest) > 0) {
    const kind = u8(rest, at.type)
    const length = kind === type.end || kind === type.noOperation ? 1 : u8(rest, at.length)
    if (!holds(rest, length) || length === 0 || (length === 1 && kind > type.noOperation))
      return [...found, missing(rest, 0)]
    const value = length > at.value ? `: ${rawBytes(rest, at.value, length - at.value)}` : ""
    found.push(field(rest, "Option", 0, length, `${nameText(names, kind)}${value}`))
    if (kind === type.end) return found
    rest = within(rest, length)
    if (seenLength(rest) === 0 && wireLength(rest) > 0) return [...found, missing(rest, 0)]
  }
  return found
}
