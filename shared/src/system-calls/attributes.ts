import type { Field } from "../packets/field.ts"
import { hex, lengthOf, members, type Part, type Read, u16, whole, within } from "./part.ts"

// linux/netlink.h: struct nlattr { u16 nla_len; u16 nla_type }, then the value, padded to four bytes.
const header = 4
const typeMask = 0x3fff // NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER
const deepest = 4

/** What a kind of attribute is called and how its value is said; one that holds others has their table. */
export interface AttributeKind {
  readonly name: string
  readonly read?: Read
  readonly inside?: AttributeTable
}
export type AttributeTable = Readonly<Record<number, AttributeKind>>

interface Attribute {
  readonly type: number
  readonly whole: Part
  readonly value: Part
}

export function align4(length: number): number {
  return (length + 3) & ~3
}

/** Those that fit, and where the first one begins that does not. */
function attributesIn(part: Part): { found: Attribute[]; end: number } {
  const found: Attribute[] = []
  let at = part.start
  while (at + header <= part.end) {
    const length = part.view.getUint16(at, true)
    if (length < header || at + length > part.end) break
    const type = part.view.getUint16(at + 2, true) & typeMask
    found.push({ type, whole: within(part, at, at + align4(length)), value: within(part, at + header, at + length) })
    at += align4(length)
  }
  return { found, end: Math.min(at, part.end) }
}

/** Values by type; of a repeated type the last counts. */
export function attributeValues(part: Part): ReadonlyMap<number, Part> {
  return new Map(attributesIn(part).found.map(({ type, value }) => [type, value]))
}

export function attributeFields(part: Part, table: AttributeTable, depth = 0): Field[] {
  const { found, end } = attributesIn(part)
  const fields = found.map((attribute) => attributeField(attribute, table, depth))
  const rest = within(part, end)
  return lengthOf(rest) === 0 ? fields : [...fields, whole(rest, "Malformed", "no attribute fits here")]
}

function attributeField({ type, whole: all, value }: Attribute, table: AttributeTable, depth: number): Field {
  const { name = `attribute ${type}`, read = hex, inside } = table[type] ?? {}
  const nested = inside === undefined || depth >= deepest ? undefined : attributeFields(value, inside, depth + 1)
  const text = nested === undefined ? read(value, value.start, lengthOf(value)) : `${nested.length} inside`
  const padding = within(all, value.end)
  return whole(all, name, text, [
    ...members(all, [
      ["nla_len", 0, 2, u16],
      ["nla_type", 2, 2, () => `${name} (${type})`],
    ]),
    ...(nested ?? (lengthOf(value) === 0 ? [] : [whole(value, "value", text)])),
    ...(lengthOf(padding) === 0 ? [] : [whole(padding, "padding", "up to four bytes")]),
  ])
}
