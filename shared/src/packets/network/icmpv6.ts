import { holds, type Span, shortfall, u8, u32, wireLength } from "../span.ts"
import { codeName, echoIdentifiers, quote } from "./icmp-parts.ts"
import { multicastListenerInfo } from "./multicast-listener.ts"
import { neighbourDiscoveryInfo } from "./neighbour-discovery.ts"

const at = { type: 0, code: 1, checksum: 2, body: 4, payload: 8 } as const // RFC 4443 section 2.1

const type = {
  unreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
} as const

const unreachableCodes = [
  "No route to destination",
  "Administratively prohibited",
  "Beyond scope of source address",
  "Address unreachable",
  "Port unreachable",
  "Source address failed ingress/egress policy",
  "Reject route to destination",
] as const
const timeExceededCodes = ["Hop limit exceeded in transit", "Fragment reassembly time exceeded"] as const
const parameterProblemCodes = [
  "Erroneous header field",
  "Unrecognized next header",
  "Unrecognized IPv6 option",
] as const

export function icmpv6Info(span: Span, hopLimit: number): string {
  if (!holds(span, at.body)) return shortfall(span, at.body)
  const kind = u8(span, at.type)
  const told = neighbourDiscoveryInfo(kind, span) ?? multicastListenerInfo(kind, span)
  if (told !== undefined) return told
  if (!holds(span, at.payload)) return shortfall(span, at.payload)
  const code = u8(span, at.code)
  switch (kind) {
    case type.echoRequest:
      return `Echo (ping) request ${echoIdentifiers(span)} hop limit=${hopLimit}`
    case type.echoReply:
      return `Echo (ping) reply ${echoIdentifiers(span)} hop limit=${hopLimit}`
    case type.unreachable:
      return `Destination unreachable (${codeName(unreachableCodes, code)})${quote(span)}`
    case type.packetTooBig:
      return `Packet too big (mtu=${u32(span, at.body)})${quote(span)}`
    case type.timeExceeded:
      return `Time exceeded (${codeName(timeExceededCodes, code)})${quote(span)}`
    case type.parameterProblem:
      return `Parameter problem (${codeName(parameterProblemCodes, code)} at byte ${u32(span, at.body)})${quote(span)}`
    default:
      return `type ${kind} code=${code} len=${wireLength(span)}`
  }
}
