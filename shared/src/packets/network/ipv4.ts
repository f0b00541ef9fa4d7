import { ipv4Text } from "../address-text.ts"
import { holds, type Span, u8, u16, wireLength, within } from "../span.ts"
import { followHeaders } from "./extension-headers.ts"
import type { Fragment, IpPacket } from "./ip-packet.ts"
import { protocolNumber } from "./protocol-numbers.ts"

// RFC 791 section 3.1
const at = { version: 0, totalLength: 2, id: 4, fragment: 6, ttl: 8, protocol: 9, source: 12, destination: 16 } as const
export const smallestIpv4Header = 20
const moreFragments = 0x2000
const offsetMask = 0x1fff

export function viewIpv4(span: Span): IpPacket | undefined {
  if (!holds(span, smallestIpv4Header)) return undefined
  const headerLength = (u8(span, at.version) & 0x0f) * 4
  if (u8(span, at.version) >> 4 !== 4 || headerLength < smallestIpv4Header || headerLength > wireLength(span))
    return undefined
  // A segment train too long for 16 bits says 0: its length is that of what was read (RFC 9293 over Linux BIG TCP).
  const totalLength = u16(span, at.totalLength) || wireLength(span)
  if (totalLength < headerLength) return undefined
  const fragment = readFragment(span)
  const payload = within(span, headerLength, totalLength - headerLength)
  const protocol = u8(span, at.protocol)
  const behind =
    protocol === protocolNumber.authentication && !fragment?.offset ? followHeaders(protocol, payload) : undefined
  return {
    version: 4,
    source: ipv4Text(span, at.source),
    destination: ipv4Text(span, at.destination),
    hopLimit: u8(span, at.ttl),
    protocol: behind === undefined ? protocol : behind.protocol,
    fragment,
    payload: behind?.payload ?? payload,
    lengthBeyondPacket: totalLength > wireLength(span),
  }
}

function readFragment(span: Span): Fragment | undefined {
  const field = u16(span, at.fragment)
  if ((field & (moreFragments | offsetMask)) === 0) return undefined
  return { offset: (field & offsetMask) * 8, more: (field & moreFragments) !== 0, id: u16(span, at.id) }
}
