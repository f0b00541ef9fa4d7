/**
 * The Internet checksum (RFC 1071) over an arena. Sums are taken in native little-endian 32-bit words and folded late:
 * one's complement sums do not care for byte order until the end. A float64 holds 2^21 such words exactly.
 */

/** The unfolded sum of `length` bytes from `at`. An odd last byte counts as the high half of a big-endian word. */
export function sumBytes(view: DataView, at: number, length: number): number {
  let sum = 0
  const words = at + (length & ~3)
  let i = at
  for (; i < words; i += 4) sum += view.getUint32(i, true)
  if ((length & 2) !== 0) {
    sum += view.getUint16(i, true)
    i += 2
  }
  if ((length & 1) !== 0) sum += view.getUint8(i)
  return sum
}

/** 16 bits, still little-endian as the sums are. */
export function fold(sum: number): number {
  let high = Math.floor(sum / 0x1_0000_0000)
  let low = (sum >>> 0) + high
  high = Math.floor(low / 0x1_0000_0000)
  low = (low >>> 0) + high
  let folded = (low & 0xffff) + Math.floor(low / 0x1_0000)
  folded = (folded & 0xffff) + (folded >>> 16)
  return (folded & 0xffff) + (folded >>> 16)
}

/** A 16-bit number as it adds to a little-endian sum. */
export function swap(value: number): number {
  return ((value & 0xff) << 8) | ((value >> 8) & 0xff)
}

const protocolTcp = 6

/** The pseudo header of a TCP segment of `length` bytes (RFC 9293 section 3.1, RFC 8200 section 8.1), unfolded. */
export function sumTcpPseudoHeader(view: DataView, at: number, isIpv4: boolean, length: number): number {
  const addresses = isIpv4 ? sumBytes(view, at + 12, 8) : sumBytes(view, at + 8, 32)
  return addresses + swap(protocolTcp) + swap(length)
}

/** The header's own checksum, written into it. `length` is that of the header. */
export function writeIpv4Checksum(view: DataView, at: number, length: number): void {
  view.setUint16(at + 10, 0)
  view.setUint16(at + 10, ~fold(sumBytes(view, at, length)) & 0xffff, true)
}

/**
 * Completes what CHECKSUM_PARTIAL left: the field holds the pseudo header's sum, the rest runs from `start` to the end.
 * False when the offsets lie outside of the packet.
 */
export function completeChecksum(view: DataView, at: number, length: number, start: number, offset: number): boolean {
  if (start + offset + 2 > length) return false
  const sum = ~fold(sumBytes(view, at + start, length - start)) & 0xffff
  // RFC 768: a UDP checksum of 0 means none; TCP does not mind the other form of zero.
  view.setUint16(at + start + offset, sum === 0 ? 0xffff : sum, true)
  return true
}
