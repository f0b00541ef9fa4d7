import { headerLength, isExtension } from "../../packets/network/extension-headers.ts"
import { protocolNumber } from "../../packets/network/protocol-numbers.ts"
import { holds, type Span, u8, u16, u32, wireLength, within } from "../../packets/span.ts"
import { readIcmp, readIcmp6, wordsAt } from "./icmp-keys.ts"
import type { IpKey, PacketKey } from "./key-shape.ts"

// RFC 791 section 3.1, RFC 8200 sections 3 and 4
const at4 = { totalLength: 2, fragment: 6, ttl: 8, protocol: 9, source: 12, destination: 16, smallest: 20 } as const
const at6 = { payloadLength: 4, nextHeader: 6, hopLimit: 7, source: 8, destination: 24, payload: 40 } as const
const extensionAt = { nextHeader: 0, length: 1, fragment: 2, smallest: 8 } as const
const portAt = { source: 0, destination: 2, end: 4 } as const // the same for TCP, UDP, SCTP
const flagsAt = 13 // RFC 9293 section 3.1
const icmpAt = { type: 0, code: 1, end: 2 } as const
const fragmentOffset4 = 0x1fff
const fragmentOffset6 = 0xfff8
const mostNested = 4
const longestChain = 16

/** IP headers from the outer to the innermost, then what the last one carries. */
export function readIpKeys(span: Span, version: number, key: PacketKey): void {
  for (let depth = 0; depth < mostNested; depth++) {
    const ip = version === 4 ? readIpv4(span) : version === 6 ? readIpv6(span) : undefined
    if (ip === undefined) return
    key.ip ??= []
    key.ip.push(ip.key)
    if (ip.payload === undefined) return
    const protocol = ip.key.protocols.at(-1)
    if (protocol === protocolNumber.ipv4) version = 4
    else if (protocol === protocolNumber.ipv6) version = 6
    else return readTransport(protocol, ip.payload, key)
    span = ip.payload
  }
}

interface ReadHeader {
  key: IpKey
  /** Where the last of its protocols begins; undefined when that is not in this packet. */
  payload: Span | undefined
}

function readIpv4(span: Span): ReadHeader | undefined {
  const first = u8(span, 0)
  const headerLength = (first & 0x0f) * 4
  if (!holds(span, at4.smallest) || first >> 4 !== 4 || headerLength < at4.smallest) return undefined
  // A segment train too long for 16 bits says 0.
  const totalLength = u16(span, at4.totalLength) || wireLength(span)
  if (totalLength < headerLength || headerLength > wireLength(span)) return undefined
  const protocol = u8(span, at4.protocol)
  const key = {
    source: [u32(span, at4.source)],
    destination: [u32(span, at4.destination)],
    protocols: [protocol],
    hopLimit: u8(span, at4.ttl),
  }
  if ((u16(span, at4.fragment) & fragmentOffset4) !== 0) return { key, payload: undefined }
  const payload = within(span, headerLength, totalLength - headerLength)
  return { key, payload: protocol === protocolNumber.authentication ? follow(payload, key.protocols) : payload }
}

function readIpv6(span: Span): ReadHeader | undefined {
  if (!holds(span, at6.payload) || u8(span, 0) >> 4 !== 6) return undefined
  const payloadLength = u16(span, at6.payloadLength) || wireLength(span) - at6.payload
  const key = {
    source: wordsAt(span, at6.source),
    destination: wordsAt(span, at6.destination),
    protocols: [u8(span, at6.nextHeader)],
    hopLimit: u8(span, at6.hopLimit),
  }
  return { key, payload: follow(within(span, at6.payload, payloadLength), key.protocols) }
}

/** Steps over extension headers and notes what follows each; undefined when the last one's payload is not here. */
function follow(payload: Span, protocols: number[]): Span | undefined {
  let protocol = protocols[0] ?? 0
  while (isExtension(protocol)) {
    if (protocols.length > longestChain || !holds(payload, extensionAt.smallest)) return undefined
    const isLater = protocol === protocolNumber.fragment && (u16(payload, extensionAt.fragment) & fragmentOffset6) !== 0
    const length = headerLength(protocol, payload)
    protocol = u8(payload, extensionAt.nextHeader)
    protocols.push(protocol)
    if (isLater) return undefined
    payload = within(payload, length)
  }
  return payload
}

function readTransport(protocol: number | undefined, span: Span, key: PacketKey): void {
  switch (protocol) {
    case protocolNumber.tcp:
    case protocolNumber.udp:
    case protocolNumber.sctp:
      if (!holds(span, portAt.end)) return
      key.sourcePort = u16(span, portAt.source)
      key.destinationPort = u16(span, portAt.destination)
      if (protocol === protocolNumber.tcp && holds(span, flagsAt + 1)) key.tcpFlags = u8(span, flagsAt)
      return
    case protocolNumber.icmp:
    case protocolNumber.icmpv6:
      if (!holds(span, icmpAt.end)) return
      key.icmpType = u8(span, icmpAt.type)
      key.icmpCode = u8(span, icmpAt.code)
      if (protocol === protocolNumber.icmp) readIcmp(span, key)
      else readIcmp6(span, key)
  }
}
