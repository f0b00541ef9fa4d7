import { ipv4Text, ipv6Text } from "../address-text.ts"
import { type Span, seenLength, u16, within } from "../span.ts"
import { type DnsName, readName, skipName } from "./dns-name.ts"

const at = { type: 0, class: 2, ttl: 4, dataLength: 8, data: 10 } as const // RFC 1035 section 4.1.3, after the name
const type = { a: 1, ns: 2, cname: 5, ptr: 12, mx: 15, aaaa: 28, srv: 33, dname: 39 } as const

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

/** "A 10.0.0.2", and where the next record begins. The owner's name is left out: it mostly is the question's. */
export function readRecord(message: Span, offset: number): DnsName | undefined {
  const fields = skipName(message, offset)
  if (fields === undefined || fields + at.data > seenLength(message)) return undefined
  const kind = u16(message, fields + at.type)
  const data = fields + at.data
  const length = u16(message, fields + at.dataLength)
  if (data + length > seenLength(message)) return undefined
  const value = dataText(kind, message, data, length)
  return { text: value === "" ? recordTypeName(kind) : `${recordTypeName(kind)} ${value}`, next: data + length }
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
    default:
      return ""
  }
}

/** Pointers reach back into the whole message, but the name itself must stand within its record. */
function nameWithin(message: Span, offset: number, length: number): string {
  if (length < 1) return ""
  return readName(within(message, 0, offset + length), offset)?.text ?? ""
}
