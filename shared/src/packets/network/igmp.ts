import { ipv4Text } from "../address-text.ts"
import type { Said } from "../facts.ts"
import { type Dissected, type Field, type FieldTable, missing, readFields, wholeField } from "../field.ts"
import { counted, decimal, hexadecimal, ipv4, named } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { membershipChange } from "./multicast-listener.ts"

const at = { type: 0, maximumResponse: 1, checksum: 2, group: 4, end: 8 } as const // RFC 2236 section 2
const queryVersion3Length = 12 // RFC 3376 section 4.1
const reportAt = { count: 6, records: 8 } as const // RFC 3376 section 4.2
const recordAt = { type: 0, auxiliaryLength: 1, sources: 2, group: 4, end: 8 } as const
const type = { query: 0x11, reportVersion1: 0x12, reportVersion2: 0x16, leave: 0x17, reportVersion3: 0x22 } as const
const unspecified = "0.0.0.0"
const mostShown = 4
const mostRecords = 64

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
      return { protocol: "IGMP", info: `${names.get(kind) ?? `type ${kind}`} len=${wireLength(span)}` }
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
    records = within(records, recordLength(records))
  }
  if (count > mostShown) groups.push(`${count - mostShown} more`)
  return groups.join(", ")
}

function recordLength(record: Span): number {
  return recordAt.end + (u16(record, recordAt.sources) + u8(record, recordAt.auxiliaryLength)) * 4
}

const names = new Map<number, string>([
  [0x11, "Membership Query"],
  [0x12, "Membership Report, version 1"],
  [0x13, "DVMRP"],
  [0x14, "PIM, version 1"],
  [0x16, "Membership Report, version 2"],
  [0x17, "Leave Group"],
  [0x1e, "Multicast Traceroute Response"],
  [0x1f, "Multicast Traceroute"],
  [0x22, "Membership Report, version 3"],
])
const head: FieldTable = [
  ["Type", at.type, 1, named(names)],
  ["Max Resp Time", at.maximumResponse, 1, counted("/ 10 s")],
  ["Checksum", at.checksum, 2, hexadecimal],
]
const groupFields: FieldTable = [...head, ["Multicast Address", at.group, 4, ipv4]]
const reportFields: FieldTable = [...head, ["Number of Records", reportAt.count, 2, decimal]]
const recordFields: FieldTable = [
  ["Record Type", recordAt.type, 1, decimal],
  ["Auxiliary Data Length", recordAt.auxiliaryLength, 1, decimal],
  ["Number of Sources", recordAt.sources, 2, decimal],
  ["Multicast Address", recordAt.group, 4, ipv4],
]

export function dissectIgmp(span: Span): Dissected {
  const isReport = u8(span, at.type) === type.reportVersion3
  const children = isReport ? [...readFields(span, reportFields), ...recordsOf(span)] : readFields(span, groupFields)
  return { layers: [wholeField(span, "Internet Group Management Protocol", describeIgmp(span).info, children)] }
}

function recordsOf(span: Span): Field[] {
  const found: Field[] = []
  let records = within(span, reportAt.records)
  for (let index = 0; index < Math.min(u16(span, reportAt.count), mostRecords); index++) {
    if (!holds(records, recordAt.end)) return [...found, missing(records, 0)]
    const record = within(records, 0, recordLength(records))
    const change = membershipChange(
      u8(record, recordAt.type),
      u16(record, recordAt.sources),
      ipv4Text(record, recordAt.group),
    )
    found.push(wholeField(record, "Group Record", change, readFields(record, recordFields)))
    records = within(records, recordLength(records))
  }
  return found
}
