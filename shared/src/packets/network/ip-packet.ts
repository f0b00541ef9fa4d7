import { type Next, next } from "../field.ts"
import { claimed, type Span, u16, wireLength } from "../span.ts"
import { protocolNumber } from "./protocol-numbers.ts"

/** What IPv4 and IPv6 have in common once their headers are read. */
export interface IpPacket {
  readonly version: 4 | 6
  readonly source: string
  readonly destination: string
  /** TTL, or hop limit. */
  readonly hopLimit: number
  /** What the payload is; undefined when the headers before it were cut or make no sense. */
  readonly protocol: number | undefined
  readonly fragment: Fragment | undefined
  readonly payload: Span
  /** The header claims more bytes than the packet has. */
  readonly lengthBeyondPacket: boolean
}

export interface Fragment {
  /** In bytes. */
  readonly offset: number
  readonly more: boolean
  readonly id: number
}

const udpLength = 4 // RFC 768

/** The first fragment of a datagram holds its beginning: what it says to be longer comes with the others, and counts as cut. */
export function firstOfDatagram(protocol: number | undefined, fragment: Fragment | undefined, payload: Span): Span {
  const isFirst = fragment?.offset === 0 && fragment.more
  if (!isFirst || protocol !== protocolNumber.udp) return payload
  return claimed(payload, 0, Math.max(u16(payload, udpLength), wireLength(payload)))
}

/** What stands behind the headers; a later fragment holds bytes of which only the first one says what they are. */
export function behindIp({ protocol, fragment, payload, hopLimit }: IpPacket): Next {
  const isReadable = protocol !== undefined && !fragment?.offset
  return isReadable ? next("ip-protocol", payload, protocol, hopLimit) : next("data", payload)
}

/** "10.0.0.1 → 10.0.0.2" */
export function addressesText({ source, destination, lengthBeyondPacket }: IpPacket): string {
  return `${source} → ${destination}${lengthBeyondPacket ? " [length beyond the packet]" : ""}`
}
