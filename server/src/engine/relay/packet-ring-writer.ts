import { createArena, sys } from "@tundeck/native-bindings"
import { ringHeader, ringSlots, slotAt, slotSize, snapLength } from "@tundeck/shared"

/** Writes one tunnel's packets into the ring of shared/src/engine/packet-ring.ts. Overwrites the oldest, never waits. */
export class PacketRingWriter {
  readonly #view: DataView
  readonly #counts: BigInt64Array
  readonly #address: number
  readonly #slots: number
  #written: number

  /** `written` packets went into other rings before. */
  constructor(ring: SharedArrayBuffer, written = 0) {
    const arena = createArena(ring)
    this.#view = arena.view
    this.#address = arena.address
    this.#counts = new BigInt64Array(ring, 0, 2)
    this.#slots = ringSlots(ring)
    this.#written = written
    this.publish()
    Atomics.store(this.#counts, 1, BigInt(written) + 1n)
  }

  get written(): number {
    return this.#written
  }

  /** `direction` 0 outbound, 1 inbound; `verdict` 0 passed or the number of a drop reason; `time` in Unix ms. */
  write(direction: 0 | 1, verdict: number, errno: number, time: number, address: number, length: number): void {
    const slot = ringHeader + (this.#written % this.#slots) * slotSize
    const captured = Math.min(length, snapLength)
    this.#view.setFloat64(slot + slotAt.time, time, true)
    this.#view.setUint32(slot + slotAt.wireLength, length, true)
    this.#view.setUint16(slot + slotAt.captured, captured, true)
    this.#view.setUint8(slot + slotAt.direction, direction)
    this.#view.setUint8(slot + slotAt.verdict, verdict)
    this.#view.setUint16(slot + slotAt.errno, errno, true)
    sys.copy(this.#address + slot + slotAt.bytes, address, captured)
    this.#written += 1
  }

  /** Shows what was written since the last call to the reader. Once per wake-up, not per packet. */
  publish(): void {
    Atomics.store(this.#counts, 0, BigInt(this.#written))
  }
}
