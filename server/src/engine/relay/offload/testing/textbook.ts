/** The Internet checksum as RFC 1071 tells it: big-endian words, one at a time. 0 over what carries its own right checksum. */
export function textbookChecksum(...parts: Uint8Array[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      sum += ((part[i] ?? 0) << 8) | (part[i + 1] ?? 0)
      if (sum > 0xffff) sum -= 0xffff
    }
  }
  return ~sum & 0xffff
}
