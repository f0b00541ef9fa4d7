import { ipv6Text } from "../address-text.ts"
import { holds, type Span, u8, u16, wireLength, within } from "../span.ts"
import { followHeaders } from "./extension-headers.ts"
import type { IpPacket } from "./ip-packet.ts"

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

export function viewIpv6(span: Span): IpPacket | undefined {
  if (!holds(span, at.payload) || u8(span, at.version) >> 4 !== 6) return undefined
  const room = wireLength(span) - at.payload
  // 0 stands for a jumbogram (RFC 2675) or a segment train: the length is that of what was read.
  const payloadLength = u16(span, at.payloadLength) || room
  const chain = followHeaders(u8(span, at.nextHeader), within(span, at.payload, payloadLength))
  return {
    version: 6,
    source: ipv6Text(span, at.source),
    destination: ipv6Text(span, at.destination),
    hopLimit: u8(span, at.hopLimit),
    protocol: chain.protocol,
    fragment: chain.fragment,
    payload: chain.payload,
    lengthBeyondPacket: payloadLength > room,
  }
}
