import { type Next, next } from "../field.ts"
import type { Span } from "../span.ts"

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

/** What stands behind the headers; a later fragment holds bytes of which only the first one says what they are. */
export function behindIp({ protocol, fragment, payload, hopLimit }: IpPacket): Next {
  const isReadable = protocol !== undefined && !fragment?.offset
  return isReadable ? next("ip-protocol", payload, protocol, hopLimit) : next("data", payload)
}

/** "10.0.0.1 → 10.0.0.2" */
export function addressesText({ source, destination, lengthBeyondPacket }: IpPacket): string {
  return `${source} → ${destination}${lengthBeyondPacket ? " [length beyond the packet]" : ""}`
}
