import type { Direction } from "../model/verdict.ts"

/**
 * A ring of the latest packets of one tunnel in shared memory: the relay worker writes, one other thread reads.
 * The writer never waits: a slow reader learns from the sequence numbers how many it missed.
 *
 *   bytes 0-7   BigInt64 count of packets ever written (Atomics)
 *   then slots of `slotSize` bytes:
 *      0  f64 time, Unix ms          16 u16 captured bytes
 *      8  u32 wire length            18 u8  direction (0 outbound, 1 inbound)
 *     12  u32 sequence, low 32 bits  19 u8  verdict (0 passed, else drop reason number)
 *                                    20 u16 errno, 0 for none
 *     32  the packet's first bytes
 */
export const ringHeader = 64
export const slotSize = 512
export const slotAt = {
  time: 0,
  wireLength: 8,
  sequence: 12,
  captured: 16,
  direction: 18,
  verdict: 19,
  errno: 20,
  bytes: 32,
} as const
export const snapLength = slotSize - slotAt.bytes

export function createPacketRing(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer(ringHeader + slots * slotSize)
}

export function ringSlots(buffer: ArrayBufferLike): number {
  return (buffer.byteLength - ringHeader) / slotSize
}

export interface PacketRecord {
  /** Counts from 1 within the ring's life. */
  number: number
  time: number
  wireLength: number
  direction: Direction
  /** 0: passed on; else the number of a drop reason. */
  verdict: number
  errno: number
  bytes: Uint8Array
}

/** Reads what is new since the last call; `missed` counts what was overwritten before it could be read. */
export class PacketRingReader {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  readonly #count: BigInt64Array
  readonly #slots: number
  #next = 0

  /** With `fromNow` the reader starts at the newest packet instead of the oldest one kept. */
  constructor(buffer: SharedArrayBuffer, fromNow = false) {
    this.#view = new DataView(buffer)
    this.#bytes = new Uint8Array(buffer)
    this.#count = new BigInt64Array(buffer, 0, 1)
    this.#slots = ringSlots(buffer)
    if (fromNow) this.#next = Number(Atomics.load(this.#count, 0))
  }

  read(limit: number): { records: PacketRecord[]; missed: number } {
    const written = Number(Atomics.load(this.#count, 0))
    const oldest = Math.max(0, written - this.#slots)
    let missed = Math.max(0, oldest - this.#next)
    this.#next = Math.max(this.#next, oldest)
    const records: PacketRecord[] = []
    while (this.#next < written && records.length < limit) {
      const record = this.#copy(this.#next)
      // The writer may have lapped us while we copied: then the slot is another packet's, wholly or in part.
      if (Number(Atomics.load(this.#count, 0)) - this.#next >= this.#slots) missed += 1
      else records.push(record)
      this.#next += 1
    }
    return { records, missed }
  }

  #copy(index: number): PacketRecord {
    const at = ringHeader + (index % this.#slots) * slotSize
    const captured = Math.min(this.#view.getUint16(at + slotAt.captured, true), snapLength)
    return {
      number: index + 1,
      time: this.#view.getFloat64(at + slotAt.time, true),
      wireLength: this.#view.getUint32(at + slotAt.wireLength, true),
      direction: this.#view.getUint8(at + slotAt.direction) === 0 ? "outbound" : "inbound",
      verdict: this.#view.getUint8(at + slotAt.verdict),
      errno: this.#view.getUint16(at + slotAt.errno, true),
      bytes: this.#bytes.slice(at + slotAt.bytes, at + slotAt.bytes + captured),
    }
  }
}
