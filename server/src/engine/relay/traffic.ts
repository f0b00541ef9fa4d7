import type { CounterWriter } from "./counters.ts"
import { PacketRingWriter } from "./packet-ring-writer.ts"

/** Counts and shows what became of each packet of one tunnel: the one place where a verdict is given. */
export class Traffic {
  readonly counters: CounterWriter
  #ring: PacketRingWriter
  #time = 0

  constructor(counters: CounterWriter, ring: SharedArrayBuffer) {
    this.counters = counters
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

  /** The packet at `at` of `view` went on. */
  passed(direction: 0 | 1, peer: number, view: DataView, at: number, length: number): void {
    this.counters.passed(direction, peer, 1, length)
    this.#ring.write(direction, 0, 0, this.#time, view, at, length, 1)
  }

  /** A train of `packets` went on whole; cut, its packets would have `bytes`. Counted as these, shown as one. */
  passedTrain(
    direction: 0 | 1,
    peer: number,
    view: DataView,
    at: number,
    length: number,
    packets: number,
    bytes: number,
  ): void {
    this.counters.passed(direction, peer, packets, bytes)
    this.#ring.write(direction, 0, 0, this.#time, view, at, length, packets)
  }

  dropped(
    direction: 0 | 1,
    reason: number,
    errno: number,
    peer: number,
    view: DataView,
    at: number,
    length: number,
  ): void {
    this.counters.dropped(direction, reason, peer)
    this.#ring.write(direction, reason, errno, this.#time, view, at, length, 1)
  }

  end(): void {
    this.#ring.publish()
  }
}
