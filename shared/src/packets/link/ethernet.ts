import { macText } from "../address-text.ts"
import type { PacketFacts } from "../facts.ts"
import { type Dissected, type FieldTable, field, next, readFields, wholeField } from "../field.ts"
import { describeArp } from "../network/arp.ts"
import { describeIp } from "../network/internet.ts"
import { mac } from "../readers.ts"
import { holds, type Span, shortfall, u16, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import { etherType, etherTypeName, etherTypeText, smallestEtherType } from "./ether-types.ts"
import { describeLogicalLink } from "./logical-link.ts"
import { readVlanTags, type TaggedPayload } from "./vlan.ts"

const at = { destination: 0, source: 6, type: 12, payload: 14 } as const // IEEE 802.3 clause 3

const fields: FieldTable = [
  ["Destination", at.destination, 6, mac],
  ["Source", at.source, 6, mac],
  ["Type", at.type, 2, etherTypeText],
]

export function describeEthernet(frame: Span, facts: PacketFacts): void {
  facts.protocol = "Ethernet"
  if (!holds(frame, at.payload)) {
    facts.info = wireLength(frame) === 0 ? "empty frame" : shortfall(frame, at.payload)
    return
  }
  facts.source = macText(frame, at.source)
  facts.destination = macText(frame, at.destination)
  const tags = linkPayload(frame)
  if (tags === undefined) {
    facts.protocol = "802.1Q"
    facts.info = `VLAN tag ${shortfall(frame)}`
    return
  }
  describePayload(tags.type, tags.payload, facts)
  if (tags.ids.length > 0) facts.info += ` [VLAN ${tags.ids.join(", ")}]`
}

/** What a frame carries behind its tags; undefined when it, or a tag, is not whole. */
export function linkPayload(frame: Span): TaggedPayload | undefined {
  return holds(frame, at.payload) ? readVlanTags(u16(frame, at.type), within(frame, at.payload)) : undefined
}

function describePayload(type: number, payload: Span, facts: PacketFacts): void {
  if (type === etherType.ipv4) return describeIp(4, payload, facts)
  if (type === etherType.ipv6) return describeIp(6, payload, facts)
  if (type === etherType.arp) return describeArp(payload, facts)
  if (type < smallestEtherType) return describeLogicalLink(within(payload, 0, type), facts)
  const name = etherTypeName(type)
  facts.protocol = name ?? "Ethernet"
  facts.info = `${name ?? "unknown"} (type ${hexNumber(type, 4)}) len=${wireLength(payload)}`
}

export function dissectEthernet(frame: Span): Dissected {
  const children = readFields(frame, fields)
  if (!holds(frame, at.payload)) {
    const text = wireLength(frame) === 0 ? "empty frame" : shortfall(frame, at.payload)
    return { layers: [wholeField(frame, "Ethernet", text, wireLength(frame) === 0 ? [] : children)] }
  }
  const type = u16(frame, at.type)
  const name = type < smallestEtherType ? "IEEE 802.3 Ethernet" : "Ethernet II"
  const text = `${macText(frame, at.source)} → ${macText(frame, at.destination)}`
  return {
    layers: [field(frame, name, 0, at.payload, text, children)],
    next: next("ether-type", within(frame, at.payload), type),
  }
}
