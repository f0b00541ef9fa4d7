import { dropNumber } from "@tundeck/shared"

const badPacket = dropNumber("bad-packet")
// RFC 791 section 3.1, RFC 8200 section 3
const ipv4 = { length: 2, smallest: 20 } as const
const ipv6 = { payloadLength: 4, smallest: 40 } as const

/** Hot. How long the IP packet at `at` is, by its own header, of `length` bytes with padding; or minus a drop reason. */
export function innerLength(view: DataView, at: number, length: number): number {
  if (length < ipv4.smallest) return -badPacket
  const version = view.getUint8(at) >> 4
  if (version === 4) {
    const total = view.getUint16(at + ipv4.length)
    return total >= ipv4.smallest && total <= length ? total : -badPacket
  }
  if (version !== 6 || length < ipv6.smallest) return -badPacket
  const total = view.getUint16(at + ipv6.payloadLength) + ipv6.smallest
  return total <= length ? total : -badPacket
}
