import { ipv4Text, ipv6Text } from "../address-text.ts"
import { type Field, field, readFields } from "../field.ts"
import { counted, hexadecimal, rawBytes } from "../readers.ts"
import { type Span, seenLength, u8, u16, within } from "../span.ts"
import { textAt } from "../text.ts"
import { type DnsName, readName, skipName } from "./dns-name.ts"

const at = { type: 0, class: 2, ttl: 4, dataLength: 8, data: 10 } as const // RFC 1035 section 4.1.3, after the name
const type = { a: 1, ns: 2, cname: 5, soa: 6, ptr: 12, mx: 15, txt: 16, aaaa: 28, srv: 33, dname: 39, opt: 41 } as const
const mostTexts = 8

const typeNames = new Map<number, string>([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [13, "HINFO"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [29, "LOC"],
  [33, "SRV"],
  [35, "NAPTR"],
  [39, "DNAME"],
  [41, "OPT"],
  [43, "DS"],
  [44, "SSHFP"],
  [46, "RRSIG"],
  [47, "NSEC"],
  [48, "DNSKEY"],
  [50, "NSEC3"],
  [51, "NSEC3PARAM"],
  [52, "TLSA"],
  [59, "CDS"],
  [60, "CDNSKEY"],
  [64, "SVCB"],
  [65, "HTTPS"],
  [249, "TKEY"],
  [250, "TSIG"],
  [251, "IXFR"],
  [252, "AXFR"],
  [255, "ANY"],
  [257, "CAA"],
])

export function recordTypeName(value: number): string {
  return typeNames.get(value) ?? `TYPE${value}` // RFC 3597 section 5
}

interface RecordView {
  readonly kind: number
  /** Offset of the fields behind the owner's name. */
  readonly fields: number
  readonly data: number
  readonly length: number
}

function viewRecord(message: Span, offset: number): RecordView | undefined {
  const fields = skipName(message, offset)
  if (fields === undefined || fields + at.data > seenLength(message)) return undefined
  const data = fields + at.data
  const length = u16(message, fields + at.dataLength)
  return data + length > seenLength(message)
    ? undefined
    : { kind: u16(message, fields + at.type), fields, data, length }
}

/** "A 10.0.0.2", and where the next record begins. The owner's name is left out: it mostly is the question's. */
export function readRecord(message: Span, offset: number): DnsName | undefined {
  const view = viewRecord(message, offset)
  return view === undefined ? undefined : { text: recordText(message, view), next: view.data + view.length }
}

function recordText(message: Span, { kind, data, length }: RecordView): string {
  const value = dataText(kind, message, data, length)
  return value === "" ? recordTypeName(kind) : `${recordTypeName(kind)} ${value}`
}

/** The record with the name of its owner. */
export function recordField(message: Span, offset: number): { field: Field; next: number } | undefined {
  const view = viewRecord(message, offset)
  const owner = readName(message, offset)
  if (view === undefined || owner === undefined) return undefined
  const { kind, fields, data, length } = view
  const children = [
    field(message, "Name", offset, fields - offset, owner.text),
    ...readFields(message, [
      ["Type", fields + at.type, 2, (span, where) => `${recordTypeName(u16(span, where))} (${u16(span, where)})`],
      ["Class", fields + at.class, 2, kind === type.opt ? counted("bytes of UDP payload") : recordClass],
      ["Time to live", fields + at.ttl, 4, kind === type.opt ? hexadecimal : counted("s")],
      ["Data length", fields + at.dataLength, 2, counted("bytes")],
    ]),
    field(message, "Data", data, length, dataText(kind, message, data, length) || rawBytes(message, data, length)),
  ]
  const next = data + length
  return {
    field: field(message, "Record", offset, next - offset, `${owner.text}: ${recordText(message, view)}`, children),
    next,
  }
}

/** Of multicast DNS the upper bit is a flag (RFC 6762 sections 5.4 and 10.2). */
export function recordClass(span: Span, offset: number): string {
  const value = u16(span, offset) & 0x7fff
  return `${value === 1 ? "IN" : "class"} (${value})${u16(span, offset) & 0x8000 ? ", flag set" : ""}`
}

function dataText(kind: number, message: Span, data: number, length: number): string {
  switch (kind) {
    case type.a:
      return length === 4 ? ipv4Text(message, data) : ""
    case type.aaaa:
      return length === 16 ? ipv6Text(message, data) : ""
    case type.ns:
    case type.cname:
    case type.ptr:
    case type.dname:
      return nameWithin(message, data, length)
    case type.mx:
      return `${u16(message, data)} ${nameWithin(message, data + 2, length - 2)}`
    case type.srv: // RFC 2782: priority, weight, port, target
      return `${u16(message, data)} ${u16(message, data + 2)} ${u16(message, data + 4)} ${nameWithin(message, data + 6, length - 6)}`
    case type.soa:
      return nameWithin(message, data, length)
    case type.txt:
      return textStrings(message, data, length)
    default:
      return ""
  }
}

/** RFC 1035 section 3.3.14: each string with its length before it. */
function textStrings(message: Span, data: number, length: number): string {
  const texts: string[] = []
  for (let offset = data; offset < data + length && texts.length < mostTexts; ) {
    const size = Math.min(u8(message, offset), data + length - offset - 1)
    texts.push(`"${textAt(message, offset + 1, size)}"`)
    offset += 1 + size
  }
  return texts.join(" ")
}

/** Pointers reach back into the whole message, but the name itself must stand within its record. */
function nameWithin(message: Span, offset: number, length: number): string {
  if (length < 1) return ""
  return readName(within(message, 0, offset + length), offset)?.text ?? ""
}
