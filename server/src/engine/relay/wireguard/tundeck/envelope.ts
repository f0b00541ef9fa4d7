import type { Batch } from "../../batch.ts"

/**
 * What stands before a train, a packet whose checksum is open, or an Ethernet frame inside a message; big-endian. The first
 * byte is that of no IP packet. The fields are those of the clear record of trains.
 *
 *     u8 1 | u8 segmentation | u16 bytes of each segment | u16 checksum start | u16 checksum offset | u32 length | the packet
 */
const at = { mark: 0, type: 1, size: 2, start: 4, offset: 6, length: 8 } as const
export const envelopeBytes = 12
const mark = 1

/** Hot. Writes that of entry `i` before its packet. */
export function writeEnvelope(view: DataView, batch: Batch, i: number): void {
  const envelope = (batch.at[i] ?? 0) - envelopeBytes
  view.setUint8(envelope + at.mark, mark)
  view.setUint8(envelope + at.type, batch.gsoType[i] ?? 0)
  view.setUint16(envelope + at.size, batch.gsoSize[i] ?? 0)
  view.setUint16(envelope + at.start, batch.checksumStart[i] ?? 0)
  view.setUint16(envelope + at.offset, batch.checksumOffset[i] ?? 0)
  view.setUint32(envelope + at.length, batch.length[i] ?? 0)
}

/** Hot. Is the plaintext of `length` bytes at `plain` an envelope? */
export function isEnvelope(view: DataView, plain: number, length: number): boolean {
  return length > envelopeBytes && view.getUint8(plain) === mark
}

/**
 * Hot. Makes entry `i` what is in the envelope at `plain`, of `length` bytes with padding. Its fields are what the peer says:
 * they are checked on the road (offload/check-open.ts). False when it holds less than it says.
 */
export function readEnvelope(view: DataView, plain: number, length: number, batch: Batch, i: number): boolean {
  const inside = view.getUint32(plain + at.length)
  if (inside === 0 || inside > length - envelopeBytes) return false
  batch.at[i] = plain + envelopeBytes
  batch.length[i] = inside
  batch.gsoType[i] = view.getUint8(plain + at.type)
  batch.gsoSize[i] = view.getUint16(plain + at.size)
  batch.checksumStart[i] = view.getUint16(plain + at.start)
  batch.checksumOffset[i] = view.getUint16(plain + at.offset)
  return true
}
