import { holds, type Span, u8, u16, u32, within } from "../span.ts"
import type { Fragment } from "./ip-packet.ts"
import { protocolNumber } from "./protocol-numbers.ts"

const at = { nextHeader: 0, length: 1, smallest: 8 } as const // RFC 8200 section 4
const fragmentAt = { offset: 2, id: 4 } as const // RFC 8200 section 4.5
const longestChain = 16

export interface HeaderChain {
  /** undefined: cut within the chain, or longer than anything sane. */
  readonly protocol: number | undefined
  readonly payload: Span
  readonly fragment: Fragment | undefined
}

/** Steps over extension headers to the first protocol that is none; stops at a fragment that does not hold the rest of the chain. */
export function followHeaders(protocol: number, payload: Span): HeaderChain {
  let fragment: Fragment | undefined
  for (let count = 0; isExtension(protocol); count++) {
    if (count === longestChain || !holds(payload, at.smallest)) return { protocol: undefined, payload, fragment }
    const length = headerLength(protocol, payload)
    if (protocol === protocolNumber.fragment) fragment = readFragment(payload)
    protocol = u8(payload, at.nextHeader)
    payload = within(payload, length)
    if (fragment !== undefined && fragment.offset > 0) break
  }
  return { protocol, payload, fragment }
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case protocolNumber.hopByHop:
    case protocolNumber.routing:
    case protocolNumber.fragment:
    case protocolNumber.authentication:
    case protocolNumber.destinationOptions:
    case protocolNumber.mobility:
    case protocolNumber.hostIdentity:
    case protocolNumber.shim6:
      return true
    default:
      return false
  }
}

function headerLength(protocol: number, header: Span): number {
  if (protocol === protocolNumber.fragment) return at.smallest
  const units = u8(header, at.length)
  return protocol === protocolNumber.authentication ? (units + 2) * 4 : (units + 1) * 8 // RFC 4302 section 2.2
}

function readFragment(header: Span): Fragment {
  const field = u16(header, fragmentAt.offset)
  return { offset: field & 0xfff8, more: (field & 1) !== 0, id: u32(header, fragmentAt.id) }
}
