import type { RelayMemory } from "../memory.ts"

/**
 * Completes an open checksum: the field holds the pseudo header's sum, the rest runs from `start` to the packet's end.
 * False when the offsets lie outside of the packet.
 */
export function completeChecksum(
  memory: RelayMemory,
  at: number,
  length: number,
  start: number,
  offset: number,
): boolean {
  if (start + offset + 2 > length || at + length > memory.bytes.length) return false
  const sum = ~memory.sum(at + start, length - start) & 0xffff
  // RFC 768: a UDP checksum of 0 means none; TCP does not mind the other form of zero.
  memory.view.setUint16(at + start + offset, sum === 0 ? 0xffff : sum, true)
  return true
}
