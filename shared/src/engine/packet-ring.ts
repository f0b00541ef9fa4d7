import { type Way, wayOf } from "./way.ts"

/**
 * A ring of the latest packets of one tunnel in shared memory: the relay worker writes, one other thread reads.
 * The writer never waits, and may leave packets out: from their numbers a reader learns how many it missed.
 *
 *   bytes 0-7   BigInt64 count of the slots written so far (Atomics)
 *   bytes 8-15  BigInt64 packets of the tunnel before this ring, plus 1; 0: the writer has not begun
 *   bytes 16-23 BigInt64 packets of the tunnel so far, shown or not: stored after the slots are counted, read before
 *   at 64 slots of `slotSize` bytes:
 *      0  f64 time, Unix ms          16 u16 captured bytes
 *      8  u32 wire length            18 u8  way: direction, injected (way.ts)
 *     12  i32 which (Atomics)
 *                                    19 u8  verdict (0 passed, else drop reason number)
 *                                    20 u16 errno, 0 for none
 *                                    22 u16 packets: 1, more for a segment train that went whole
 *     24  f64 number of the packet, of a train's last one
 *     32  u32 peer: its place
 *     36  u32 batch: packets of its direction in the same wake-up
 *     40  f32 milliseconds from the wake-up to the end of its work
 *     44  u8 packets in its echo message, itself among them; 0: not known, or there are no such messages
 *     48  the packet's first bytes
 *
 * `which` is 1 for the first slot that was ever written, then 2, and so on (modulo 2^32), and 0 while the slot is written:
 * slots are counted once per wake-up, and the writer may lap the reader between two counts.
 */
export const ringHeader = 64
export const slotSize = 512
export const slotAt = {
  time: 0,
  wireLength: 8,
  which: 12,
  captured: 16,
  way: 18,
  verdict: 19,
  errno: 20,
  packets: 22,
  number: 24,
  peer: 32,
  batch: 36,
  inside: 40,
  bundle: 44,
  bytes: 48,
} as const
export const snapLength = slotSize - slotAt.bytes
/** In the header, as indices of BigInt64. */
export const ringAt = { written: 0, before: 1, total: 2 } as const

export function createPacketRing(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer(ringHeader + slots * slotSize)
}

export function ringSlots(buffer: ArrayBufferLike): number {
  return (buffer.byteLength - ringHeader) / slotSize
}

export interface RingRecord extends Way {
  /** Counts the tunnel's packets from 1; of a train, its last one. */
  number: number
  time: number
  wireLength: number
  /** 0: passed on; else the number of a drop reason. */
  verdict: number
  errno: number
  /** 1; more for a segment train that went whole. */
  packets: number
  /** The place of the peer that it is for, or came from. */
  peer: number
  /** How many packets of its direction went by in the same wake-up, itself and a train's among them. */
  batch: number
  /** Milliseconds from the wake-up that brought it to the end of that one's work. */
  inside: number
  /** How many packets its echo message carried, itself among them; 0 where that is not known, or it went in no such message. */
  bundle: number
  bytes: Uint8Array
}

/**
 * Reads what is new since the last call, from the oldest packet that the ring keeps on; `missed` counts what the writer
 * left out, and what was overwritten before it could be read. Follows the writer to another ring without losing count.
 */
export class PacketRingReader {
  #ring: Ring
  #following: Ring | undefined
  /** The slot to read next. */
  #next: number
  /** Of the last packet that was read or is known to be missed; undefined until the first. */
  #last: number | undefined

  constructor(buffer: SharedArrayBuffer) {
    this.#ring = openRing(buffer)
    const written = this.#ring.written()
    this.#next = Math.max(0, written - this.#ring.kept)
    if (written === 0 && this.#ring.hasBegun()) this.#last = this.#ring.before()
  }

  /** The writer will go on in `buffer`: read on there when it does. */
  follow(buffer: SharedArrayBuffer): void {
    this.#following = openRing(buffer)
  }

  /** `isLatest`: those that came last, where more than `limit` are unread. */
  read(limit: number, isLatest = false): { records: RingRecord[]; missed: number } {
    const records: RingRecord[] = []
    const following = this.#following?.hasBegun() ? this.#following : undefined
    if (isLatest) this.#next = Math.max(this.#next, this.#ring.written() - limit)
    let missed = this.#take(records, limit)
    if (following !== undefined && this.#next >= this.#ring.written()) {
      missed += this.#reach(following.before())
      this.#ring = following
      this.#following = undefined
      this.#next = 0
      missed += this.#take(records, limit)
    }
    return { records, missed }
  }

  /** Answers how many were missed. */
  #take(records: RingRecord[], limit: number): number {
    const ring = this.#ring
    // In this order: what `total` counts is in the slots up to `written`, or was left out.
    const total = ring.total()
    const written = ring.written()
    let missed = 0
    this.#next = Math.max(this.#next, written - ring.kept)
    while (this.#next < written && records.length < limit) {
      const record = ring.copy(this.#next)
      if (record !== undefined) {
        missed += this.#reach(record.number - record.packets)
        this.#last = record.number
        records.push(record)
      }
      this.#next += 1
    }
    // What was left out behind the last slot.
    if (this.#next === written) missed += this.#reach(total)
    return missed
  }

  /** All packets up to `number` are told of now; answers how many of them were missed. */
  #reach(number: number): number {
    const missed = Math.max(0, number - (this.#last ?? number))
    this.#last = Math.max(number, this.#last ?? number)
    return missed
  }
}

type Ring = ReturnType<typeof openRing>

function openRing(buffer: SharedArrayBuffer) {
  const view = new DataView(buffer)
  const bytes = new Uint8Array(buffer)
  const words = new Int32Array(buffer)
  const counts = new BigInt64Array(buffer, 0, 3)
  const slots = ringSlots(buffer)
  return {
    /** The slot that comes next may be half written already. */
    kept: slots - 1,
    before: () => Math.max(0, Number(Atomics.load(counts, ringAt.before)) - 1),
    hasBegun: () => Atomics.load(counts, ringAt.before) !== 0n,
    written: () => Number(Atomics.load(counts, ringAt.written)),
    total: () => Number(Atomics.load(counts, ringAt.total)),
    /** The packet in the slot that has `index` before it; undefined when the writer has lapped us. */
    copy(index: number): RingRecord | undefined {
      const at = ringHeader + (index % slots) * slotSize
      const which = (index + 1) | 0
      if (Atomics.load(words, (at + slotAt.which) >> 2) !== which) return undefined
      const captured = Math.min(view.getUint16(at + slotAt.captured, true), snapLength)
      const record: RingRecord = {
        number: view.getFloat64(at + slotAt.number, true),
        time: view.getFloat64(at + slotAt.time, true),
        wireLength: view.getUint32(at + slotAt.wireLength, true),
        ...wayOf(view.getUint8(at + slotAt.way)),
        verdict: view.getUint8(at + slotAt.verdict),
        errno: view.getUint16(at + slotAt.errno, true),
        packets: view.getUint16(at + slotAt.packets, true),
        peer: view.getUint32(at + slotAt.peer, true),
        batch: view.getUint32(at + slotAt.batch, true),
        inside: view.getFloat32(at + slotAt.inside, true),
        bundle: view.getUint8(at + slotAt.bundle),
        bytes: bytes.slice(at + slotAt.bytes, at + slotAt.bytes + captured),
      }
      // Changed while we copied: the record is another packet's, wholly or in part.
      return Atomics.load(words, (at + slotAt.which) >> 2) === which ? record : undefined
    },
  }
}
