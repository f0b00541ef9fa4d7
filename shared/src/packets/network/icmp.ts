import { ipv4Text } from "../address-text.ts"
import { describeTundeckEcho } from "../application/tundeck.ts"
import type { Said } from "../facts.ts"
import { type Dissected, dataField, type Field, type FieldTable, readFields, wholeField } from "../field.ts"
import { decimal, hexadecimal, ipv4, named } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { codeName, echoFields, echoIdentifiers, echoLayers, quote, quotedIn } from "./icmp-parts.ts"

const at = { type: 0, code: 1, checksum: 2, rest: 4, payload: 8 } as const // RFC 792
const nextHopMtuAt = 6 // RFC 1191 section 4
const pointerAt = 4

const type = {
  echoReply: 0,
  unreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  timeExceeded: 11,
  parameterProblem: 12,
  timestamp: 13,
  timestampReply: 14,
} as const

const names = new Map<number, string>([
  [0, "Echo reply"],
  [3, "Destination unreachable"],
  [4, "Source quench"],
  [5, "Redirect"],
  [8, "Echo request"],
  [9, "Router advertisement"],
  [10, "Router solicitation"],
  [11, "Time-to-live exceeded"],
  [12, "Parameter problem"],
  [13, "Timestamp request"],
  [14, "Timestamp reply"],
  [15, "Information request"],
  [16, "Information reply"],
  [17, "Address mask request"],
  [18, "Address mask reply"],
  [30, "Traceroute"],
  [42, "Extended echo request"],
  [43, "Extended echo reply"],
])

const unreachableCodes = [
  "Network unreachable",
  "Host unreachable",
  "Protocol unreachable",
  "Port unreachable",
  "Fragmentation needed",
  "Source route failed",
  "Destination network unknown",
  "Destination host unknown",
  "Source host isolated",
  "Network administratively prohibited",
  "Host administratively prohibited",
  "Network unreachable for TOS",
  "Host unreachable for TOS",
  "Communication administratively filtered",
  "Host precedence violation",
  "Precedence cutoff in effect",
] as const
const fragmentationNeeded = 4

const redirectCodes = [
  "Redirect for network",
  "Redirect for host",
  "Redirect for TOS and network",
  "Redirect for TOS and host",
] as const
const timeExceededCodes = ["Time to live exceeded in transit", "Fragment reassembly time exceeded"] as const

export function describeIcmp(span: Span, ttl: number): Said {
  const kind = u8(span, at.type)
  const isEcho = kind === type.echoRequest || kind === type.echoReply
  const ours = isEcho ? describeTundeckEcho(within(span, at.payload)) : undefined
  return ours ?? { protocol: "ICMP", info: icmpInfo(span, ttl) }
}

function icmpInfo(span: Span, ttl: number): string {
  if (!holds(span, at.payload)) return shortfall(span, at.payload)
  const kind = u8(span, at.type)
  const code = u8(span, at.code)
  switch (kind) {
    case type.echoRequest:
      return `Echo (ping) request ${echoIdentifiers(span)} ttl=${ttl}`
    case type.echoReply:
      return `Echo (ping) reply ${echoIdentifiers(span)} ttl=${ttl}`
    case type.unreachable: {
      const mtu = code === fragmentationNeeded ? `, mtu=${u16(span, nextHopMtuAt)}` : ""
      return `Destination unreachable (${codeName(unreachableCodes, code)}${mtu})${quote(span)}`
    }
    case type.redirect:
      return `Redirect (${codeName(redirectCodes, code)}) gateway ${ipv4Text(span, at.rest)}${quote(span)}`
    case type.timeExceeded:
      return `Time-to-live exceeded (${codeName(timeExceededCodes, code)})${quote(span)}`
    case type.parameterProblem:
      return `Parameter problem (at byte ${u8(span, pointerAt)})${quote(span)}`
    case type.sourceQuench:
      return `Source quench${quote(span)}`
    case type.timestamp:
      return `Timestamp request ${echoIdentifiers(span)}`
    case type.timestampReply:
      return `Timestamp reply ${echoIdentifiers(span)}`
    default:
      return `${names.get(kind) ?? `type ${kind}`} code=${code} len=${wireLength(span)}`
  }
}

const codes = new Map<number, readonly string[]>([
  [type.unreachable, unreachableCodes],
  [type.redirect, redirectCodes],
  [type.timeExceeded, timeExceededCodes],
])
const mtuFields: FieldTable = [["MTU of next hop", nextHopMtuAt, 2, decimal]]
const gatewayFields: FieldTable = [["Gateway Address", at.rest, 4, ipv4]]
const pointerFields: FieldTable = [["Pointer", pointerAt, 1, decimal]]

export function dissectIcmp(span: Span, ttl: number): Dissected {
  const kind = u8(span, at.type)
  const head = readFields(span, [
    ["Type", at.type, 1, named(names)],
    ["Code", at.code, 1, named(codes.get(kind) ?? [], "code")],
    ["Checksum", at.checksum, 2, hexadecimal],
  ])
  const told = (children: readonly Field[]) =>
    wholeField(span, "Internet Control Message Protocol", icmpInfo(span, ttl), [...head, ...children])
  switch (kind) {
    case type.echoRequest:
    case type.echoReply:
      return { layers: echoLayers(span, told) }
    case type.timestamp:
    case type.timestampReply:
      return { layers: [told(echoFields(span))] }
    case type.unreachable:
      return {
        layers: [told(u8(span, at.code) === fragmentationNeeded ? readFields(span, mtuFields) : [])],
        inside: quotedIn(span),
      }
    case type.redirect:
      return { layers: [told(readFields(span, gatewayFields))], inside: quotedIn(span) }
    case type.parameterProblem:
      return { layers: [told(readFields(span, pointerFields))], inside: quotedIn(span) }
    case type.timeExceeded:
    case type.sourceQuench:
      return { layers: [told([])], inside: quotedIn(span) }
    default:
      return { layers: [told(dataField(within(span, at.rest)))] }
  }
}
