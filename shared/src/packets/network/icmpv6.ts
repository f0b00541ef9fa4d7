import { describeTundeckEcho } from "../application/tundeck.ts"
import type { Said } from "../facts.ts"
import { type Dissected, dataField, type Field, type FieldTable, readFields, wholeField } from "../field.ts"
import { decimal, hexadecimal, named } from "../readers.ts"
import { holds, type Span, shortfall, u8, u32, wireLength, within } from "../span.ts"
import { codeName, echoIdentifiers, echoLayers, quote, quotedIn } from "./icmp-parts.ts"
import { multicastListenerFields, multicastListenerInfo } from "./multicast-listener.ts"
import { neighbourDiscoveryFields, neighbourDiscoveryInfo } from "./neighbour-discovery.ts"

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

export function describeIcmpv6(span: Span, hopLimit: number): Said {
  const kind = u8(span, at.type)
  const isEcho = kind === type.echoRequest || kind === type.echoReply
  const ours = isEcho ? describeTundeckEcho(within(span, at.payload)) : undefined
  return ours ?? { protocol: "ICMPv6", info: icmpv6Info(span, hopLimit) }
}

function icmpv6Info(span: Span, hopLimit: number): string {
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
      return `${names.get(kind) ?? `type ${kind}`} code=${code} len=${wireLength(span)}`
  }
}

const names = new Map<number, string>([
  [1, "Destination Unreachable"],
  [2, "Packet Too Big"],
  [3, "Time Exceeded"],
  [4, "Parameter Problem"],
  [128, "Echo (ping) request"],
  [129, "Echo (ping) reply"],
  [130, "Multicast Listener Query"],
  [131, "Multicast Listener Report"],
  [132, "Multicast Listener Done"],
  [133, "Router Solicitation"],
  [134, "Router Advertisement"],
  [135, "Neighbor Solicitation"],
  [136, "Neighbor Advertisement"],
  [137, "Redirect"],
  [138, "Router Renumbering"],
  [139, "Node Information Query"],
  [140, "Node Information Response"],
  [143, "Multicast Listener Report v2"],
  [144, "Home Agent Address Discovery Request"],
  [145, "Home Agent Address Discovery Reply"],
  [146, "Mobile Prefix Solicitation"],
  [147, "Mobile Prefix Advertisement"],
  [151, "Multicast Router Advertisement"],
  [152, "Multicast Router Solicitation"],
  [153, "Multicast Router Termination"],
  [155, "RPL Control"],
  [157, "Duplicate Address Request"],
  [158, "Duplicate Address Confirmation"],
  [160, "Extended Echo Request"],
  [161, "Extended Echo Reply"],
])
const codes = new Map<number, readonly string[]>([
  [type.unreachable, unreachableCodes],
  [type.timeExceeded, timeExceededCodes],
  [type.parameterProblem, parameterProblemCodes],
])
const mtuFields: FieldTable = [["MTU", at.body, 4, decimal]]
const pointerFields: FieldTable = [["Pointer", at.body, 4, decimal]]

export function dissectIcmpv6(span: Span, hopLimit: number): Dissected {
  const kind = u8(span, at.type)
  const head = readFields(span, [
    ["Type", at.type, 1, named(names)],
    ["Code", at.code, 1, named(codes.get(kind) ?? [], "code")],
    ["Checksum", at.checksum, 2, hexadecimal],
  ])
  const told = (children: readonly Field[]) =>
    wholeField(span, "Internet Control Message Protocol v6", icmpv6Info(span, hopLimit), [...head, ...children])
  switch (kind) {
    case type.echoRequest:
    case type.echoReply:
      return { layers: echoLayers(span, told) }
    case type.packetTooBig:
      return { layers: [told(readFields(span, mtuFields))], inside: quotedIn(span) }
    case type.parameterProblem:
      return { layers: [told(readFields(span, pointerFields))], inside: quotedIn(span) }
    case type.unreachable:
    case type.timeExceeded:
      return { layers: [told([])], inside: quotedIn(span) }
    default: {
      const known = neighbourDiscoveryFields(kind, span) ?? multicastListenerFields(kind, span)
      return { layers: [told(known ?? dataField(within(span, at.body)))] }
    }
  }
}
