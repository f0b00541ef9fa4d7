import { injectedBit, ringAt, ringHeader, ringSlots, slotAt, slotSize, snapLength } from "@tundeck/shared"

/** Writes one tunnel's packets into the ring of shared/src/engine/packet-ring.ts. Overwrites the oldest, never waits. */
export class PacketRingWriter {
  readonly slots: number
  /** Unix ms of the packets that are written. No argument of `write`: it would be an object a packet. */
  time = 0
  /** Packets of this direction are marked as injected; -1: none is. */
  injected = -1
  /** Of the packets that are written: how many their echo message carried; 0 where there is none, or it is not known. */
  bundle = 0
  readonly #view: DataView
  readonly #words: Int32Array
  readonly #counts: BigInt64Array
  #written = 0
  #published = 0
  #packets: number
  /** Of this wake-up so far, shown or not. */
  #outbound = 0
  #inbound = 0

  /** `packets` of the tunnel went by before. */
  constructor(ring: SharedArrayBuffer, packets = 0) {
    this.slots = ringSlots(ring)
    this.#view = new DataView(ring)
    this.#words = new Int32Array(ring)
    this.#counts = new BigInt64Array(ring, 0, 3)
    this.#packets = packets
    this.publish(0)
    Atomics.store(this.#counts, ringAt.before, BigInt(packets) + 1n)
  }

  /** Of the tunnel so far, shown or not. */
  get packets(): number {
    return this.#packets
  }

  /** Whether `publish` has a packet to show. */
  get hasNews(): boolean {
    return this.#written > this.#published
  }

  /** Counted and not shown. */
  skip(direction: 0 | 1, packets: number): void {
    this.#count(direction, packets)
  }

  /**
   * The packet at `at` of `from`. `direction` 0 outbound, 1 inbound; `verdict` 0 passed or the number of a drop reason;
   * `peer` is a place;
   * `packets` of a train.
   */
  write(
    direction: 0 | 1,
    verdict: number,
    errno: number,
    peer: number,
    from: DataView,
    at: number,
    length: number,
    packets: number,
  ): void {
    const to = this.#view
    const slot = ringHeader + (this.#written % this.slots) * slotSize
    const captured = Math.min(length, snapLength)
    const which = (slot + slotAt.which) >> 2
    Atomics.store(this.#words, which, 0)
    this.#count(direction, packets)
    to.setFloat64(slot + slotAt.time, this.time, true)
    to.setUint32(slot + slotAt.wireLength, length, true)
    to.setUint16(slot + slotAt.captured, captured, true)
    to.setUint8(slot + slotAt.way, direction === this.injected ? direction | injectedBit : direction)
    to.setUint8(slot + slotAt.verdict, verdict)
    to.setUint16(slot + slotAt.errno, errno, true)
    to.setUint16(slot + slotAt.packets, packets, true)
    to.setFloat64(slot + slotAt.number, this.#packets, true)
    to.setUint32(slot + slotAt.peer, peer, true)
    to.setUint8(slot + slotAt.bundle, this.bundle)
    // Word by word: a view of each packet would be an object a packet, memcpy two heap numbers.
    const bytes = slot + slotAt.bytes
    const words = captured & ~3
    for (let i = 0; i < words; i += 4) to.setInt32(bytes + i, from.getInt32(at + i, true), true)
    for (let i = words; i < captured; i++) to.setUint8(bytes + i, from.getUint8(at + i))
    this.#written += 1
    Atomics.store(this.#words, which, this.#written | 0)
  }

  /** Which one was written last, for `amend`. */
  get last(): number {
    return this.#written - 1
  }

  /** Of one that was not shown yet: what became of it after all. */
  amend(which: number, verdict: number, errno: number): void {
    const slot = ringHeader + (which % this.slots) * slotSize
    this.#view.setUint8(slot + slotAt.verdict, verdict)
    this.#view.setUint16(slot + slotAt.errno, errno, true)
  }

  /** Of one that was not shown yet: in which company it went. */
  amendBundle(which: number, bundle: number): void {
    this.#view.setUint8(ringHeader + (which % this.slots) * slotSize + slotAt.bundle, bundle)
  }

  /** The last packet, or train of `packets`, has not passed yet. `isWritten`: it was not only skipped. */
  takeBack(direction: 0 | 1, packets: number, isWritten: boolean): void {
    this.#count(direction, -packets)
    if (isWritten) this.#written -= 1
  }

  /** Shows what was written since the last call to the reader: `milliseconds` from its wake-up to here. Once per wake-up, not per packet. */
  publish(milliseconds: number): void {
    for (let which = Math.max(this.#published, this.#written - this.slots); which < this.#written; which++) {
      const slot = ringHeader + (which % this.slots) * slotSize
      const batch = (this.#view.getUint8(slot + slotAt.way) & 1) === 0 ? this.#outbound : this.#inbound
      this.#view.setUint32(slot + slotAt.batch, batch, true)
      this.#view.setFloat32(slot + slotAt.inside, milliseconds, true)
    }
    this.#published = this.#written
    this.#outbound = this.#inbound = 0
    Atomics.store(this.#counts, ringAt.written, BigInt(this.#written))
    Atomics.store(this.#counts, ringAt.total, BigInt(this.#packets))
  }

  #count(direction: 0 | 1, packets: number): void {
    this.#packets += packets
    if (direction === 0) this.#outbound += packets
    else this.#inbound += packets
  }
}
