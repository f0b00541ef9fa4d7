import { ipv4Text } from "../address-text.ts"
import { holds, type Span, shortfall, u8, u16, wireLength } from "../span.ts"
import { codeName, echoIdentifiers, quote } from "./icmp-parts.ts"

const at = { type: 0, code: 1, rest: 4, payload: 8 } as const // RFC 792
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

const plainNames = new Map<number, string>([
  [9, "Router advertisement"],
  [10, "Router solicitation"],
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

export function icmpInfo(span: Span, ttl: number): string {
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
      return `${plainNames.get(kind) ?? `type ${kind}`} code=${code} len=${wireLength(span)}`
  }
}
