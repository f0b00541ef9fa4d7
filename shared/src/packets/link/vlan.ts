import { holds, type Span, u16, within } from "../span.ts"
import { etherType } from "./ether-types.ts"

const at = { control: 0, type: 2, payload: 4 } as const // IEEE 802.1Q clause 9.6, after the tag protocol identifier
const vlanIdMask = 0x0fff
const deepest = 4 // provider bridging stacks two; more is somebody's joke

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

function isTag(type: number): boolean {
  return type === etherType.vlan || type === etherType.serviceVlan
}
