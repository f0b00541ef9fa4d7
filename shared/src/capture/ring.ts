import { captureFiller, captureRecordAt, largestCaptureRecord } from "./record.ts"

/**
 * The capture ring: the latest packets of one tunnel, in shared memory. The relay worker writes, the control thread reads;
 * neither waits for the other.
 *
 *   bytes 0-7    BigInt64 head: bytes written so far, up to which records may be read
 *   bytes 8-15   BigInt64 tail: records before it are overwritten, or may be at any moment
 *   bytes 16-23  BigInt64 records written so far
 *   bytes 24-31  BigInt64 records overwritten so far
 *   at 64        the records of record.ts. One lies never across the end: a filler stands before it
 *
 * Head and tail only grow; where they point to is their value modulo the ring's capacity. Before the writer overwrites a
 * record it moves the tail past it, and it stays `captureMargin` bytes behind the tail: what it writes now was given up that
 * many written bytes ago, so that no processor's order of stores and loads can matter. A reader copies, and then looks at the tail again:
 * what lies behind it is whole, what lies before it is thrown away.
 */
export const captureRingAt = { head: 0, tail: 1, written: 2, overwritten: 3 } as const
export const captureRingHeader = 64
export const captureMargin = 64 * 1024
const smallestRing = 1024 * 1024

/**
 * Memory that is had when it is written first: of a growable buffer the kernel gives each page at its first write, whereas a
 * plain one may be cleared by hand. Throws RangeError when there is no more address space.
 */
export function createCaptureRing(bytes: number): SharedArrayBuffer {
  const size = Math.max(smallestRing, Math.floor(bytes / 8) * 8)
  return new SharedArrayBuffer(captureRingHeader + size, { maxByteLength: captureRingHeader + size })
}

export class CaptureRingReader {
  readonly #bytes: Uint8Array
  readonly #counts: BigInt64Array
  readonly #capacity: number
  /** Where to read next, as head counts. */
  #next: number

  /** Begins with the oldest packet. */
  constructor(ring: SharedArrayBuffer) {
    this.#capacity = ring.byteLength - captureRingHeader
    this.#bytes = new Uint8Array(ring, captureRingHeader, this.#capacity)
    this.#counts = new BigInt64Array(ring, 0, 4)
    this.#next = this.#count("tail")
  }

  /** Packets that were written so far. */
  get written(): number {
    return this.#count("written")
  }

  /** Packets that were overwritten so far. */
  get overwritten(): number {
    return this.#count("overwritten")
  }

  get head(): number {
    return this.#count("head")
  }

  get isAtEnd(): boolean {
    return this.#next >= this.head
  }

  /** Leaves out all that is there now. */
  skipAll(): void {
    this.#next = this.head
  }

  /**
   * A copy of what comes next: whole records, at most `most` bytes and not beyond `end`. Empty: there are some, and these were
   * overwritten meanwhile; undefined: there is nothing.
   */
  read(most: number, end = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    this.#next = Math.max(this.#next, this.#count("tail"))
    const available = Math.min(this.head, end) - this.#next
    if (available <= 0) return undefined
    const from = this.#next
    const offset = from % this.#capacity
    const copied = this.#bytes.slice(
      offset,
      offset + Math.min(available, this.#capacity - offset, Math.max(most, largestCaptureRecord)),
    )
    const lost = Math.min(copied.length, Math.max(0, this.#count("tail") - from))
    const { records, taken } = wholeRecords(copied, lost)
    // Nothing that is whole can only be a ring that is broken: what is in it cannot be had.
    this.#next = taken > 0 ? from + taken : this.head
    return copied.subarray(lost, lost + records)
  }

  #count(which: keyof typeof captureRingAt): number {
    return Number(Atomics.load(this.#counts, captureRingAt[which]))
  }
}

/** How many bytes from `from` on are records, and how many bytes are done with, a filler behind them included. */
function wholeRecords(bytes: Uint8Array, from: number): { records: number; taken: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = from
  while (at + 8 <= bytes.length) {
    const word = view.getUint32(at + captureRecordAt.size, true)
    const size = word & ~captureFiller
    if ((word & captureFiller) !== 0) return { records: at - from, taken: at + size }
    if (size < captureRecordAt.bytes || at + size > bytes.length) break
    at += size
  }
  return { records: at - from, taken: at }
}
