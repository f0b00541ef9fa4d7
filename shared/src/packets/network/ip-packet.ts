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
