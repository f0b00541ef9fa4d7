import { ipv6Text } from "../address-text.ts"
import { type Dissected, type FieldTable, field, readFields, wholeField } from "../field.ts"
import { bits, counted, decimal, ipv6 } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import { ecnText, followHeaders, headerLayers } from "./extension-headers.ts"
import { addressesText, behindIp, firstOfDatagram, type IpPacket } from "./ip-packet.ts"
import { protocolText } from "./protocol-numbers.ts"

// RFC 8200 section 3
const at = {
  version: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
  payload: 40,
} as const
export const ipv6HeaderLength = at.payload

const fields: FieldTable = [
  ["Version", at.version, 1, bits(4, 4)],
  ["Differentiated Services Codepoint", at.version, 2, bits(6, 6)],
  ["Explicit Congestion Notification", at.version, 2, bits(4, 2, ecnText)],
  ["Flow Label", at.version, 4, bits(0, 20, (label) => hexNumber(label, 5))],
  ["Payload Length", at.payloadLength, 2, counted("bytes")],
  ["Next Header", at.nextHeader, 1, protocolText],
  ["Hop Limit", at.hopLimit, 1, decimal],
  ["Source Address", at.source, 16, ipv6],
  ["Destination Address", at.destination, 16, ipv6],
]

export function viewIpv6(span: Span): IpPacket | undefined {
  if (!holds(span, at.payload) || u8(span, at.version) >> 4 !== 6) return undefined
  const chain = followHeaders(u8(span, at.nextHeader), payloadOf(span))
  return {
    version: 6,
    source: ipv6Text(span, at.source),
    destination: ipv6Text(span, at.destination),
    hopLimit: u8(span, at.hopLimit),
    protocol: chain.protocol,
    fragment: chain.fragment,
    payload: firstOfDatagram(chain.protocol, chain.fragment, chain.payload),
    lengthBeyondPacket: u16(span, at.payloadLength) > wireLength(span) - at.payload,
  }
}

/** A length of 0 stands for a jumbogram (RFC 2675) or a segment train: it is that of what was read. */
function payloadOf(span: Span): Span {
  return within(span, at.payload, u16(span, at.payloadLength) || Number.POSITIVE_INFINITY)
}

export function dissectIpv6(span: Span): Dissected {
  const name = "Internet Protocol Version 6"
  const packet = viewIpv6(span)
  const children = readFields(span, fields)
  if (packet === undefined) return { layers: [wholeField(span, name, shortfall(span, at.payload), children)] }
  const layer = field(span, name, 0, at.payload, addressesText(packet), children)
  return { layers: [layer, ...headerLayers(u8(span, at.nextHeader), payloadOf(span))], next: behindIp(packet) }
}
