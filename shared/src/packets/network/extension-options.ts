import { type Field, field, missing } from "../field.ts"
import { nameText, rawBytes } from "../readers.ts"
import { holds, type Span, u8, wireLength, within } from "../span.ts"

const at = { type: 0, length: 1, value: 2 } as const // RFC 8200 section 4.2
const pad1 = 0
const mostOptions = 32

const names = new Map<number, string>([
  [0, "Pad1"],
  [1, "PadN"],
  [4, "Tunnel Encapsulation Limit"],
  [5, "Router Alert"],
  [0xc2, "Jumbo Payload"],
  [0xc9, "Home Address"],
])

/** The options of a hop-by-hop or destination options header. */
export function optionFields(options: Span): Field[] {
  const found: Field[] = []
  let rest = options
  for (let count = 0; count < mostOptions && wireLength(rest) > 0; count++) {
    const kind = u8(rest, at.type)
    const length = kind === pad1 ? 1 : at.value + u8(rest, at.length)
    if (!holds(rest, length)) return [...found, missing(rest, 0)]
    const value = length > at.value ? `: ${rawBytes(rest, at.value, length - at.value)}` : ""
    found.push(field(rest, "Option", 0, length, `${nameText(names, kind)}${value}`))
    rest = within(rest, length)
  }
  return found
}
