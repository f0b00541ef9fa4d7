import type { Batch } from "../batch.ts"

/** How many packets a train stands for, and how many bytes they would have. Of trains that the kernel or `checkOpen` vouches for. */

const tcp = { dataOffset: 12, checksum: 16 } as const
const udpHeader = 8

/** Bytes of all headers of the packet at `at`, whose transport header, with its checksum at `offset`, begins at `start`. */
export function headerBytes(view: DataView, at: number, start: number, offset: number): number {
  if (offset !== tcp.checksum) return start + udpHeader
  return start + (view.getUint8(at + start + tcp.dataOffset) >> 4) * 4
}

export function packetsOf(length: number, header: number, gsoSize: number): number {
  return Math.max(1, Math.ceil((length - header) / gsoSize))
}

function headerOf(view: DataView, batch: Batch, i: number): number {
  return headerBytes(view, batch.at[i] ?? 0, batch.checksumStart[i] ?? 0, batch.checksumOffset[i] ?? 0)
}

export function trainPackets(view: DataView, batch: Batch, i: number): number {
  return packetsOf(batch.length[i] ?? 0, headerOf(view, batch, i), batch.gsoSize[i] ?? 1)
}

export function trainBytes(view: DataView, batch: Batch, i: number): number {
  return (batch.length[i] ?? 0) + (trainPackets(view, batch, i) - 1) * headerOf(view, batch, i)
}
