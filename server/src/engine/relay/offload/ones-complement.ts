/**
 * Arithmetic of the Internet checksum (RFC 1071). Sums are those of 16-bit words in host order, little-endian on both our
 * machines: one's complement sums do not care for byte order until they are written, which is then in host order, too.
 */

/** 16 bits of a sum below 2^31. */
export function fold(sum: number): number {
  sum = (sum & 0xffff) + (sum >>> 16)
  return (sum & 0xffff) + (sum >>> 16)
}

/** A 16-bit number of a header as it adds to a sum. */
export function swap(value: number): number {
  return ((value & 0xff) << 8) | ((value >> 8) & 0xff)
}
