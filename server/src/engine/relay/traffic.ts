import type { CounterWriter } from "./counters.ts"
import { PacketRingWriter } from "./packet-ring-writer.ts"

/** Counts and shows what became of each packet of one tunnel: the one place where a verdict is given. */
export class Traffic {
  readonly #counters: CounterWriter
  #ring: PacketRingWriter
  #time = 0

  constructor(counters: CounterWriter, ring: SharedArrayBuffer) {
    this.#counters = counters
    this.#ring = new PacketRingWriter(ring)
  }

  /** Shows the packets from now on in another ring. */
  moveTo(ring: SharedArrayBuffer): void {
    this.#ring = new PacketRingWriter(ring, this.#ring.written)
  }

  /** All packets of one wake-up bear its time (Unix ms). */
  begin(time: number): void {
    this.#time = time
  }

  passed(direction: 0 | 1, address: number, length: number): void {
    this.#counters.passed(direction, length)
    this.#ring.write(direction, 0, 0, this.#time, address, length)
  }

  dropped(direction: 0 | 1, reason: number, errno: number, address: number, length: number): void {
    this.#counters.dropped(direction, reason)
    this.#ring.write(direction, reason, errno, this.#time, address, length)
  }

  end(): void {
    this.#ring.publish()
  }
}
