import { dropNumber, passed } from "@tundeck/shared"

/** Is what stands in the arena a packet at all? Lengths and versions are ours to check: the kernel takes nearly anything. */

const badPacket = dropNumber("bad-packet")

// RFC 791 section 3.1, RFC 8200 section 3
const ipv4 = { length: 2, smallest: 20 } as const
const ipv6 = { payloadLength: 4, smallest: 40 } as const
// IEEE 802.3: two addresses and a type
const ethernet = { source: 6, smallest: 14 } as const

/** 0, or the number of the drop reason. */
export function checkIpPacket(view: DataView, at: number, length: number): number {
  if (length < ipv4.smallest) return badPacket
  const first = view.getUint8(at)
  if (first >> 4 === 4) {
    const headerLength = (first & 0xf) * 4
    const total = view.getUint16(at + ipv4.length)
    return headerLength >= ipv4.smallest && total >= headerLength && total <= length ? passed : badPacket
  }
  if (first >> 4 !== 6 || length < ipv6.smallest) return badPacket
  return view.getUint16(at + ipv6.payloadLength) + ipv6.smallest <= length ? passed : badPacket
}

/** A frame whose source is a group address is no frame that a host sent. */
export function checkEthernetFrame(view: DataView, at: number, length: number): number {
  if (length < ethernet.smallest) return badPacket
  return (view.getUint8(at + ethernet.source) & 1) === 0 ? passed : badPacket
}
