import { ipv4Text } from "../address-text.ts"
import type { Said } from "../facts.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { membershipChange } from "./multicast-listener.ts"

const at = { type: 0, maximumResponse: 1, group: 4, end: 8 } as const // RFC 2236 section 2
const queryVersion3Length = 12 // RFC 3376 section 4.1
const reportAt = { count: 6, records: 8 } as const // RFC 3376 section 4.2
const recordAt = { type: 0, auxiliaryLength: 1, sources: 2, group: 4, end: 8 } as const
const type = { query: 0x11, reportVersion1: 0x12, reportVersion2: 0x16, leave: 0x17, reportVersion3: 0x22 } as const
const unspecified = "0.0.0.0"
const mostShown = 4

export function describeIgmp(span: Span): Said {
  if (!holds(span, at.end)) return { protocol: "IGMP", info: shortfall(span, at.end) }
  const group = ipv4Text(span, at.group)
  const kind = u8(span, at.type)
  switch (kind) {
    case type.query:
      return {
        protocol: queryProtocol(span),
        info: `Membership Query, ${group === unspecified ? "general" : `for ${group}`}`,
      }
    case type.reportVersion1:
      return { protocol: "IGMPv1", info: `Membership Report ${group}` }
    case type.reportVersion2:
      return { protocol: "IGMPv2", info: `Membership Report ${group}` }
    case type.leave:
      return { protocol: "IGMPv2", info: `Leave Group ${group}` }
    case type.reportVersion3:
      return { protocol: "IGMPv3", info: `Membership Report / ${recordsText(span)}` }
    default:
      return { protocol: "IGMP", info: `type ${kind} len=${wireLength(span)}` }
  }
}

/** RFC 3376 section 7.1: length and response time tell the versions of a query apart. */
function queryProtocol(span: Span): string {
  if (wireLength(span) >= queryVersion3Length) return "IGMPv3"
  return u8(span, at.maximumResponse) === 0 ? "IGMPv1" : "IGMPv2"
}

function recordsText(span: Span): string {
  const count = u16(span, reportAt.count)
  const groups: string[] = []
  let records = within(span, reportAt.records)
  for (let index = 0; index < Math.min(count, mostShown); index++) {
    if (!holds(records, recordAt.end)) return `${groups.join(", ")} ${shortfall(records, recordAt.end)}`
    const sources = u16(records, recordAt.sources)
    groups.push(membershipChange(u8(records, recordAt.type), sources, ipv4Text(records, recordAt.group)))
    records = within(records, recordAt.end + (sources + u8(records, recordAt.auxiliaryLength)) * 4)
  }
  if (count > mostShown) groups.push(`${count - mostShown} more`)
  return groups.join(", ")
}
