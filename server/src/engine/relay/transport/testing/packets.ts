import { createHash } from "node:crypto"
import type { MemoryPacket } from "../../device/memory-device.ts"
import {
  checksumOffsetOf,
  gsoTypeOfShape,
  plainShape,
  trainBytes,
  transportAt,
} from "../../offload/testing/train-shape.ts"

/** Packets of these lengths, which their headers say, no two of them alike. */
export function packetsOfLength(lengths: readonly number[]): MemoryPacket[] {
  return lengths.map((length, number) => {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i++) bytes[i] = (number * 131 + i * 7 + (i >> 8)) & 255
    bytes[0] = 0x45
    const view = new DataView(bytes.buffer)
    if (length >= 4) view.setUint16(2, length)
    if (length >= 8) view.setUint32(4, number)
    return { bytes }
  })
}

export function alike(count: number, length: number): MemoryPacket[] {
  return packetsOfLength(Array.from({ length: count }, () => length))
}

/** A train of TCP segments of 1,000 bytes. */
export function trainOf(packets: number, seed = 1): Required<MemoryPacket> {
  const shape = { ...plainShape, packets, seed }
  return {
    bytes: trainBytes(shape),
    gsoType: gsoTypeOfShape(shape),
    gsoSize: shape.gsoSize,
    checksumStart: transportAt(shape),
    checksumOffset: checksumOffsetOf(shape),
  }
}

/** For comparison of what arrived with what was sent: their lengths and hashes, which can be read when they differ. */
export function bytesOf(packets: readonly MemoryPacket[]): string[] {
  return packets.map(({ bytes }) => `${bytes.length} ${createHash("sha1").update(bytes).digest("hex")}`)
}

/** Packets of 1,400 bytes that tell their numbers. */
export function numbered(from: number, count: number): MemoryPacket[] {
  return Array.from({ length: count }, (_, i) => {
    const bytes = new Uint8Array(1400).fill(0x45)
    const view = new DataView(bytes.buffer)
    view.setUint16(2, bytes.length)
    view.setUint32(4, from + i)
    return { bytes }
  })
}

export function numbersOf(packets: readonly MemoryPacket[]): number[] {
  return packets.map(({ bytes }) => new DataView(bytes.buffer).getUint32(4))
}
