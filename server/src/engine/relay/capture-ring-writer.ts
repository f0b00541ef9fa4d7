import {
  captureRecordAt as at,
  captureFiller as filler,
  injectedBit,
  largestCaptureRecord as largestRecord,
  captureMargin as margin,
  captureRecordSize as recordSize,
  captureRingAt as ringAt,
  captureRingHeader as ringHeader,
} from "@tundeck/shared"

/** The tail moves this part of the ring at a time: a moved tail costs more than a packet. */
const steps = 32

/**
 * Writes one tunnel's packets into the ring of shared/src/capture/ring.ts. Overwrites the oldest, never waits, and goes on
 * where another writer left off. Offsets are small integers, for a float passed on would be an object a packet.
 */
export class CaptureRingWriter {
  readonly #view: DataView
  readonly #counts: BigInt64Array
  readonly #capacity: number
  readonly #step: number
  /** Of each packet, at most. */
  readonly #snapLength: number
  /** CLOCK_BOOTTIME in ms, of the packets that are written. */
  time = 0
  /** Packets of this direction are marked as injected; -1: none is. */
  injected = -1
  /** As the ring's counts have them, but not modulo 2^32 yet. */
  #head: number
  #tail: number
  #written: number
  #overwritten: number
  /** Where the head and the tail point to. */
  #headOffset: number
  #tailOffset: number
  /** Bytes from the head to the tail. */
  #free: number
  /** Bytes since `publish`. */
  #unpublished = 0

  /** `snapLength` 0: whole packets. */
  constructor(ring: SharedArrayBuffer, snapLength: number) {
    this.#capacity = ring.byteLength - ringHeader
    this.#view = new DataView(ring, ringHeader, this.#capacity)
    this.#counts = new BigInt64Array(ring, 0, 4)
    this.#step = Math.floor(this.#capacity / steps)
    this.#snapLength = snapLength === 0 ? largestRecord - at.bytes : snapLength
    const count = (which: number) => Number(Atomics.load(this.#counts, which))
    this.#tail = count(ringAt.tail)
    this.#head = Math.max(this.#tail, count(ringAt.head)) // a writer that died had moved the tail beyond what it had shown
    this.#written = count(ringAt.written)
    this.#overwritten = this.#head === this.#tail ? this.#written : count(ringAt.overwritten)
    this.#headOffset = this.#head % this.#capacity
    this.#tailOffset = this.#tail % this.#capacity
    this.#free = this.#capacity - (this.#head - this.#tail)
  }

  /**
   * The packet at `from` of `view`. `verdict` 0 passed or the number of a drop reason; `packets` of a train. Answers where it
   * is, for `amend`, until `publish`.
   */
  write(
    direction: 0 | 1,
    verdict: number,
    errno: number,
    peer: number,
    view: DataView,
    from: number,
    length: number,
    packets: number,
  ): number {
    const captured = Math.min(length, this.#snapLength, largestRecord - at.bytes)
    const size = recordSize(captured)
    const rest = this.#capacity - this.#headOffset
    const needed = size <= rest ? size : size + rest
    if (this.#free < needed + margin) this.#makeRoom(needed)
    const to = this.#view
    if (size > rest) {
      if (rest > 0) to.setInt32(this.#headOffset + at.size, rest | filler, true)
      this.#advance(rest)
    }
    const record = this.#headOffset
    this.#written += 1
    to.setInt32(record + at.size, size, true)
    to.setInt32(record + at.number, this.#written | 0, true)
    to.setFloat64(record + at.time, this.time, true)
    to.setInt32(record + at.wireLength, length, true)
    to.setInt32(record + at.captured, captured, true)
    const way = direction === this.injected ? direction | injectedBit : direction
    // Two words instead of five fields: peer and errno; packets, way and verdict.
    to.setInt32(record + at.peer, peer | (errno << 16), true)
    to.setInt32(record + at.packets, packets | (way << 16) | (verdict << 24), true)
    // Word by word: a view of each packet would be an object a packet, memcpy two heap numbers.
    const bytes = record + at.bytes
    const words = captured & ~3
    for (let i = 0; i < words; i += 4) to.setInt32(bytes + i, view.getInt32(from + i, true), true)
    for (let i = words; i < captured; i++) to.setUint8(bytes + i, view.getUint8(from + i))
    this.#advance(size)
    return record
  }

  /** Of one that was not published yet: what became of it after all. */
  amend(record: number, verdict: number, errno: number): void {
    const to = this.#view
    if (this.#unpublished > this.#capacity) return // one wake-up filled the ring: something else may be there by now
    to.setUint8(record + at.verdict, verdict)
    to.setUint16(record + at.errno, errno, true)
  }

  /** The last packet has not passed yet. It is not published. */
  takeBack(record: number): void {
    const size = this.#view.getInt32(record + at.size, true)
    this.#head -= size
    this.#headOffset = record
    this.#free += size
    this.#written -= 1
  }

  /** Shows what was written since the last call to the reader. Once per wake-up, not per packet. */
  publish(): void {
    if (this.#unpublished === 0) return
    this.#unpublished = 0
    Atomics.store(this.#counts, ringAt.written, BigInt(this.#written))
    Atomics.store(this.#counts, ringAt.head, BigInt(this.#head))
  }

  #advance(bytes: number): void {
    this.#head += bytes
    this.#unpublished += bytes
    this.#free -= bytes
    this.#headOffset += bytes
    if (this.#headOffset === this.#capacity) this.#headOffset = 0
  }

  /** Gives the oldest up, for `needed` bytes and a step beyond. */
  #makeRoom(needed: number): void {
    const wanted = needed + margin + this.#step
    while (this.#free < wanted && this.#free < this.#capacity) {
      const word = this.#view.getInt32(this.#tailOffset + at.size, true)
      const size = word & ~filler
      if (word > 0) this.#overwritten += 1
      this.#tail += size
      this.#free += size
      this.#tailOffset += size
      if (this.#tailOffset === this.#capacity) this.#tailOffset = 0
    }
    Atomics.store(this.#counts, ringAt.overwritten, BigInt(this.#overwritten))
    Atomics.store(this.#counts, ringAt.tail, BigInt(this.#tail))
  }
}
