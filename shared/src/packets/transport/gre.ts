import { type Dissected, type FieldTable, field, next, readFields, wholeField } from "../field.ts"
import { etherType, etherTypeName, etherTypeText } from "../link/ether-types.ts"
import { decimal, flags, hexadecimal } from "../readers.ts"
import { holds, type Span, shortfall, u16, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { flagsAndVersion: 0, protocol: 2, options: 4 } as const // RFC 2784 section 2, RFC 2890 section 2
const flag = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000 } as const
const versionMask = 0x0007

/** The IP packet within; undefined for anything else. */
export function ipWithinGre(span: Span): { version: 4 | 6; packet: Span } | undefined {
  const length = headerLength(span)
  if (length === undefined) return undefined
  const type = u16(span, at.protocol)
  if (type !== etherType.ipv4 && type !== etherType.ipv6) return undefined
  return { version: type === etherType.ipv4 ? 4 : 6, packet: within(span, length) }
}

export function greInfo(span: Span): string {
  if (!holds(span, at.options)) return shortfall(span, at.options)
  const version = u16(span, at.flagsAndVersion) & versionMask
  const type = u16(span, at.protocol)
  return `Encapsulated ${etherTypeName(type) ?? hexNumber(type, 4)} version=${version} len=${wireLength(span)}`
}

/** undefined when it is not whole, or of a version whose header is another. */
function headerLength(span: Span): number | undefined {
  const bits = u16(span, at.flagsAndVersion)
  if (!holds(span, at.options) || (bits & (versionMask | flag.routing)) !== 0) return undefined
  const length = at.options + optional(bits, flag.checksum) + optional(bits, flag.key) + optional(bits, flag.sequence)
  return holds(span, length) ? length : undefined
}

function optional(bits: number, mask: number): number {
  return (bits & mask) === 0 ? 0 : 4
}

const fields: FieldTable = [
  [
    "Flags",
    at.flagsAndVersion,
    2,
    flags([
      [flag.checksum, "checksum"],
      [flag.routing, "routing"],
      [flag.key, "key"],
      [flag.sequence, "sequence"],
    ]),
  ],
  ["Protocol Type", at.protocol, 2, etherTypeText],
]

export function dissectGre(span: Span): Dissected {
  const name = "Generic Routing Encapsulation"
  const length = headerLength(span)
  if (length === undefined) return { layers: [wholeField(span, name, greInfo(span), readFields(span, fields))] }
  const bits = u16(span, at.flagsAndVersion)
  const more: FieldTable[number][] = []
  let offset: number = at.options
  const add = (mask: number, title: string, size: number, read = decimal) => {
    if ((bits & mask) === 0) return
    more.push([title, offset, size, read])
    offset += 4
  }
  add(flag.checksum, "Checksum", 2, hexadecimal)
  add(flag.key, "Key", 4, hexadecimal)
  add(flag.sequence, "Sequence Number", 4)
  const header = field(span, name, 0, length, greInfo(span), readFields(span, [...fields, ...more]))
  return { layers: [header], next: next("ether-type", within(span, length), u16(span, at.protocol)) }
}
