import { ipv6Text } from "../address-text.ts"
import { type Field, type FieldTable, missing, readFields, wholeField } from "../field.ts"
import { counted, decimal, ipv6 } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, within } from "../span.ts"

const type = { query: 130, report: 131, done: 132, reportVersion2: 143 } as const
const at = { delay: 4, group: 8, end: 24 } as const // RFC 2710 section 3
const reportAt = { count: 6, records: 8 } as const // RFC 3810 section 5.2
const recordAt = { type: 0, auxiliaryLength: 1, sources: 2, group: 4, end: 20 } as const
const mostShown = 4
const mostRecords = 64

/** undefined when the message is none of multicast listener discovery. */
export function multicastListenerInfo(kind: number, span: Span): string | undefined {
  switch (kind) {
    case type.query:
      return withGroup(span, (group) =>
        group === "::" ? "Multicast Listener Query" : `Multicast Listener Query for ${group}`,
      )
    case type.report:
      return withGroup(span, (group) => `Multicast Listener Report for ${group}`)
    case type.done:
      return withGroup(span, (group) => `Multicast Listener Done for ${group}`)
    case type.reportVersion2:
      return holds(span, reportAt.records) ? reportText(span) : shortfall(span, reportAt.records)
    default:
      return undefined
  }
}

function withGroup(span: Span, text: (group: string) => string): string {
  return holds(span, at.end) ? text(ipv6Text(span, at.group)) : shortfall(span, at.end)
}

function reportText(span: Span): string {
  const count = u16(span, reportAt.count)
  const groups: string[] = []
  let records = within(span, reportAt.records)
  for (let index = 0; index < Math.min(count, mostShown); index++) {
    if (!holds(records, recordAt.end))
      return `Multicast Listener Report v2 ${groups.join(", ")} ${shortfall(records, recordAt.end)}`
    const sources = u16(records, recordAt.sources)
    groups.push(membershipChange(u8(records, recordAt.type), sources, ipv6Text(records, recordAt.group)))
    records = within(records, recordLength(records))
  }
  if (count > mostShown) groups.push(`${count - mostShown} more`)
  return `Multicast Listener Report v2 ${groups.join(", ")}`
}

function recordLength(record: Span): number {
  return recordAt.end + u16(record, recordAt.sources) * 16 + u8(record, recordAt.auxiliaryLength) * 4
}

/** What a group record of MLDv2 or IGMPv3 means in words (RFC 3810 section 5.2.12, RFC 3376 section 4.2.12). */
export function membershipChange(recordType: number, sources: number, group: string): string {
  switch (recordType) {
    case 1: // MODE_IS_INCLUDE
    case 3: // CHANGE_TO_INCLUDE_MODE
      return sources === 0 ? `leave ${group}` : `join ${group} from ${sources} sources`
    case 2: // MODE_IS_EXCLUDE
    case 4: // CHANGE_TO_EXCLUDE_MODE
      return sources === 0 ? `join ${group}` : `join ${group} except from ${sources} sources`
    case 5:
      return `allow ${sources} sources of ${group}`
    case 6:
      return `block ${sources} sources of ${group}`
    default:
      return `record type ${recordType} of ${group}`
  }
}

const fields: FieldTable = [
  ["Maximum Response Delay", at.delay, 2, counted("ms")],
  ["Multicast Address", at.group, 16, ipv6],
]
const recordFields: FieldTable = [
  ["Record Type", recordAt.type, 1, decimal],
  ["Auxiliary Data Length", recordAt.auxiliaryLength, 1, decimal],
  ["Number of Sources", recordAt.sources, 2, decimal],
  ["Multicast Address", recordAt.group, 16, ipv6],
]

/** What stands behind the checksum; undefined when the message is none of multicast listener discovery. */
export function multicastListenerFields(kind: number, span: Span): Field[] | undefined {
  if (kind >= type.query && kind <= type.done) return readFields(span, fields)
  if (kind !== type.reportVersion2) return undefined
  const found = readFields(span, [["Number of Records", reportAt.count, 2, decimal]])
  let records = within(span, reportAt.records)
  for (let index = 0; index < Math.min(u16(span, reportAt.count), mostRecords); index++) {
    if (!holds(records, recordAt.end)) return [...found, missing(records, 0)]
    const record = within(records, 0, recordLength(records))
    const change = membershipChange(
      u8(record, recordAt.type),
      u16(record, recordAt.sources),
      ipv6Text(record, recordAt.group),
    )
    found.push(wholeField(record, "Multicast Address Record", change, readFields(record, recordFields)))
    records = within(records, recordLength(records))
  }
  return found
}
