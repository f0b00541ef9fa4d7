import { type Dissected, type FieldTable, field, next, readFields, wholeField } from "../field.ts"
import { bits } from "../readers.ts"
import { holds, type Span, shortfall, u16, within } from "../span.ts"
import { etherType, etherTypeText } from "./ether-types.ts"

const at = { control: 0, type: 2, payload: 4 } as const // IEEE 802.1Q clause 9.6, after the tag protocol identifier
const vlanIdMask = 0x0fff
const deepest = 4 // provider bridging stacks two; more is somebody's joke

const fields: FieldTable = [
  ["Priority", at.control, 2, bits(13, 3)],
  ["Drop Eligible", at.control, 2, bits(12, 1, (set) => (set === 0 ? "no" : "yes"))],
  ["ID", at.control, 2, bits(0, 12)],
  ["Type", at.type, 2, etherTypeText],
]

export interface TaggedPayload {
  readonly ids: readonly number[]
  readonly type: number
  readonly payload: Span
}

const untagged: readonly number[] = []

/** Steps over 802.1Q and 802.1ad tags; undefined when a tag was not captured whole. */
export function readVlanTags(type: number, payload: Span): TaggedPayload | undefined {
  if (!isTag(type)) return { ids: untagged, type, payload }
  const ids: number[] = []
  while (isTag(type) && ids.length < deepest) {
    if (!holds(payload, at.payload)) return undefined
    ids.push(u16(payload, at.control) & vlanIdMask)
    type = u16(payload, at.type)
    payload = within(payload, at.payload)
  }
  return { ids, type, payload }
}

export function isTag(type: number): boolean {
  return type === etherType.vlan || type === etherType.serviceVlan
}

/** One tag; behind it may be the next. */
export function dissectVlan(payload: Span): Dissected {
  const name = "802.1Q Virtual LAN"
  const children = readFields(payload, fields)
  if (!holds(payload, at.payload)) return { layers: [wholeField(payload, name, shortfall(payload), children)] }
  const text = `ID ${u16(payload, at.control) & vlanIdMask}`
  return {
    layers: [field(payload, name, 0, at.payload, text, children)],
    next: next("ether-type", within(payload, at.payload), u16(payload, at.type)),
  }
}
