import { ipv4At, ipv6At, tcpAt, tcpFlag, udpAt } from "./header-fields.ts"

// Does a packet's header, at `at`, say the same as that of a train's first packet, at `first`? Lengths, checksums, ids and
// sequence numbers aside. Bounds are the caller's to check: what is compared is as long as the first packet's.

/** An Ethernet header with its VLAN tags. */
export function isSameLink(view: DataView, at: number, first: number, length: number): boolean {
  for (let i = 0; i < length; i += 2) if (view.getInt16(at + i) !== view.getInt16(first + i)) return false
  return true
}

/** Version, header length, TOS; flags and offset of fragments; TTL, protocol; addresses. No options. */
export function isSameIpv4(view: DataView, at: number, first: number): boolean {
  return (
    view.getInt16(at) === view.getInt16(first) &&
    view.getInt16(at + ipv4At.fragment) === view.getInt16(first + ipv4At.fragment) &&
    view.getInt16(at + ipv4At.ttl) === view.getInt16(first + ipv4At.ttl) &&
    isSameFrom(view, at, first, ipv4At.source, ipv4At.size)
  )
}

/** Version, traffic class, flow label; next header, hop limit; addresses. No extension headers. */
export function isSameIpv6(view: DataView, at: number, first: number): boolean {
  return (
    view.getInt32(at) === view.getInt32(first) &&
    view.getInt16(at + ipv6At.nextHeader) === view.getInt16(first + ipv6At.nextHeader) &&
    isSameFrom(view, at, first, ipv6At.source, ipv6At.size)
  )
}

/** Ports; acknowledgement; data offset, flags but for PSH; window; urgent pointer; options. `length` is the header's. */
export function isSameTcp(view: DataView, at: number, first: number, length: number): boolean {
  const flags = view.getInt16(at + tcpAt.dataOffset) ^ view.getInt16(first + tcpAt.dataOffset)
  return (
    view.getInt32(at) === view.getInt32(first) &&
    view.getInt32(at + tcpAt.acknowledgement) === view.getInt32(first + tcpAt.acknowledgement) &&
    (flags & ~tcpFlag.psh) === 0 &&
    view.getInt16(at + tcpAt.window) === view.getInt16(first + tcpAt.window) &&
    view.getInt16(at + tcpAt.urgent) === view.getInt16(first + tcpAt.urgent) &&
    isSameFrom(view, at, first, tcpAt.size, length)
  )
}

/** Ports. */
export function isSameUdp(view: DataView, at: number, first: number): boolean {
  return view.getInt32(at) === view.getInt32(first)
}

/** RFC 768: a checksum of 0 means that there is none; such a datagram must not get one. */
export function isWholeDatagram(view: DataView, at: number, length: number): boolean {
  return view.getUint16(at + udpAt.length) === length && view.getUint16(at + udpAt.checksum) !== 0
}

/** `from` to `to`, a multiple of four bytes. */
function isSameFrom(view: DataView, at: number, first: number, from: number, to: number): boolean {
  for (let i = from; i < to; i += 4) if (view.getInt32(at + i) !== view.getInt32(first + i)) return false
  return true
}
