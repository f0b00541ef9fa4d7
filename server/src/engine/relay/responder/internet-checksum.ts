import type { RelayMemory } from "../memory.ts"
import { fold, swap } from "../offload/ones-complement.ts"

/** What stands in the place of a header that is summed along (RFC 768, RFC 8200 section 8.1): addresses, protocol, length. */
export function sumPseudoHeader(
  memory: RelayMemory,
  addressesAt: number,
  addressBytes: number,
  protocol: number,
  length: number,
): number {
  return memory.sum(addressesAt, addressBytes) + swap(protocol) + swap(length)
}

/** The checksum within these bytes is right. */
export function isSound(memory: RelayMemory, at: number, length: number, pseudoHeader = 0): boolean {
  return fold(memory.sum(at, length) + pseudoHeader) === 0xffff
}

/** Writes the checksum of these bytes to `field`, which lies among them. */
export function writeChecksum(memory: RelayMemory, field: number, at: number, length: number, pseudoHeader = 0): void {
  memory.view.setUint16(field, 0)
  memory.view.setUint16(field, ~fold(memory.sum(at, length) + pseudoHeader) & 0xffff, true)
}
