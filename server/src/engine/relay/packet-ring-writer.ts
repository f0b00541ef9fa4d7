import { ringHeader, ringSlots, slotAt, slotSize, snapLength } from "@tundeck/shared"

/** Writes one tunnel's packets into the ring of shared/src/engine/packet-ring.ts. Overwrites the oldest, never waits. */
export class PacketRingWriter {
  readonly #view: DataView
  readonly #counts: BigInt64Array
  readonly #slots: number
  #written: number

  /** `written` packets went into other rings before. */
  constructor(ring: SharedArrayBuffer, written = 0) {
    this.#view = new DataView(ring)
    this.#counts = new BigInt64Array(ring, 0, 2)
    this.#slots = ringSlots(ring)
    this.#written = written
    this.publish()
    Atomics.store(this.#counts, 1, BigInt(written) + 1n)
  }

  get written(): number {
    return this.#written
  }

  /**
   * The packet at `at` of `from`. `direction` 0 outbound, 1 inbound; `verdict` 0 passed or the number of a drop reason;
   * `time` in Unix ms; `packets` of a train.
   */
  write(
    direction: 0 | 1,
    verdict: number,
    errno: number,
    time: number,
    from: DataView,
    at: number,
    length: number,
    packets: number,
  ): void {
    const to = this.#view
    const slot = ringHeader + (this.#written % this.#slots) * slotSize
    const captured = Math.min(length, snapLength)
    to.setFloat64(slot + slotAt.time, time, true)
    to.setUint32(slot + slotAt.wireLength, length, true)
    to.setUint16(slot + slotAt.captured, captured, true)
    to.setUint8(slot + slotAt.direction, direction)
    to.setUint8(slot + slotAt.verdict, verdict)
    to.setUint16(slot + slotAt.errno, errno, true)
    to.setUint16(slot + slotAt.packets, packets, true)
    // Word by word: a view of each packet would be an object a packet, memcpy two heap numbers.
    const bytes = slot + slotAt.bytes
    const words = captured & ~3
    for (let i = 0; i < words; i += 4) to.setInt32(bytes + i, from.getInt32(at + i, true), true)
    for (let i = words; i < captured; i++) to.setUint8(bytes + i, from.getUint8(at + i))
    this.#written += 1
  }

  /** Shows what was written since the last call to the reader. Once per wake-up, not per packet. */
  publish(): void {
    Atomics.store(this.#counts, 0, BigInt(this.#written))
  }
}
