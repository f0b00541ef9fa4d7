import type { Direction } from "../model/verdict.ts"

/**
 * A ring of the latest packets of one tunnel in shared memory: the relay worker writes, one other thread reads.
 * The writer never waits: a slow reader learns from the count how many it missed.
 *
 *   bytes 0-7   BigInt64 count of the tunnel's packets since it started (Atomics)
 *   bytes 8-15  BigInt64 that count when the writer began with this ring, plus 1; 0: it has not begun
 *   at 64 slots of `slotSize` bytes:
 *      0  f64 time, Unix ms          16 u16 captured bytes
 *      8  u32 wire length            18 u8  direction (0 outbound, 1 inbound)
 *                                    19 u8  verdict (0 passed, else drop reason number)
 *                                    20 u16 errno, 0 for none
 *                                    22 u16 packets: 1, more for a segment train that went whole
 *     32  the packet's first bytes
 */
export const ringHeader = 64
export const slotSize = 512
export const slotAt = {
  time: 0,
  wireLength: 8,
  captured: 16,
  direction: 18,
  verdict: 19,
  errno: 20,
  packets: 22,
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
  /** Counts the tunnel's packets from 1. */
  number: number
  time: number
  wireLength: number
  direction: Direction
  /** 0: passed on; else the number of a drop reason. */
  verdict: number
  errno: number
  /** 1; more for a segment train that went whole. */
  packets: number
  bytes: Uint8Array
}

/**
 * Reads what is new since the last call, from the oldest packet that the ring keeps on; `missed` counts what was
 * overwritten before it could be read. Follows the writer to another ring without losing count.
 */
export class PacketRingReader {
  #ring: Ring
  #following: Ring | undefined
  #next: number

  constructor(buffer: SharedArrayBuffer) {
    this.#ring = openRing(buffer)
    this.#next = Math.max(this.#ring.first(), this.#ring.written() - this.#ring.kept)
  }

  /** The writer will go on in `buffer`: read on there when it does. */
  follow(buffer: SharedArrayBuffer): void {
    this.#following = openRing(buffer)
  }

  read(limit: number): { records: PacketRecord[]; missed: number } {
    const records: PacketRecord[] = []
    let missed = this.#take(records, limit)
    if (this.#following?.hasBegun() && this.#next >= this.#following.first()) {
      this.#ring = this.#following
      this.#following = undefined
      missed += this.#take(records, limit)
    }
    return { records, missed }
  }

  /** Answers how many were missed. */
  #take(records: PacketRecord[], limit: number): number {
    const ring = this.#ring
    const written = ring.written()
    const oldest = Math.max(ring.first(), written - ring.kept)
    let missed = Math.max(0, oldest - this.#next)
    this.#next = Math.max(this.#next, oldest)
    while (this.#next < written && records.length < limit) {
      const record = ring.copy(this.#next)
      // The writer may have lapped us while we copied: then the slot is another packet's, wholly or in part.
      if (ring.written() - this.#next > ring.kept) missed += 1
      else records.push(record)
      this.#next += 1
    }
    return missed
  }
}

type Ring = ReturnType<typeof openRing>

function openRing(buffer: SharedArrayBuffer) {
  const view = new DataView(buffer)
  const bytes = new Uint8Array(buffer)
  const counts = new BigInt64Array(buffer, 0, 2)
  const slots = ringSlots(buffer)
  /** The slot that comes next may be half written already. */
  const kept = slots - 1
  const first = () => Math.max(0, Number(Atomics.load(counts, 1)) - 1)
  return {
    kept,
    first,
    hasBegun: () => Atomics.load(counts, 1) !== 0n,
    written: () => Number(Atomics.load(counts, 0)),
    /** The packet that has `index` before it. */
    copy(index: number): PacketRecord {
      const at = ringHeader + (index % slots) * slotSize
      const captured = Math.min(view.getUint16(at + slotAt.captured, true), snapLength)
      return {
        number: index + 1,
        time: view.getFloat64(at + slotAt.time, true),
        wireLength: view.getUint32(at + slotAt.wireLength, true),
        direction: view.getUint8(at + slotAt.direction) === 0 ? "outbound" : "inbound",
        verdict: view.getUint8(at + slotAt.verdict),
        errno: view.getUint16(at + slotAt.errno, true),
        packets: view.getUint16(at + slotAt.packets, true),
        bytes: bytes.slice(at + slotAt.bytes, at + slotAt.bytes + captured),
      }
    },
  }
}
