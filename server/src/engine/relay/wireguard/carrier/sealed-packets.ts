import { notShown, type Traffic } from "../../traffic.ts"

/** Stands for the packet in a message that has none: a handshake, a keepalive. */
export const noPacket = -1

/** What is known of the packets in a batch of messages, as columns beside the batch's: what their verdicts want. */
export class SealedPackets {
  readonly #bytes: Int32Array
  /** More than one of a train. */
  readonly #packets: Uint16Array
  /** `Traffic.foresee`. */
  readonly #shown: Int32Array

  constructor(capacity: number) {
    this.#bytes = new Int32Array(capacity)
    this.#packets = new Uint16Array(capacity)
    this.#shown = new Int32Array(capacity)
  }

  get capacity(): number {
    return this.#bytes.length
  }

  /** `bytes`: of all its packets, or `noPacket`. */
  set(i: number, packets: number, bytes: number, shown: number): void {
    this.#bytes[i] = bytes
    this.#packets[i] = packets
    this.#shown[i] = shown
  }

  /** Those from `from` to `to` of another, and nothing else; they are shown no more. */
  take(other: SealedPackets, from: number, to: number): void {
    for (let i = from; i < to; i++) this.set(i - from, other.#packets[i] ?? 1, other.#bytes[i] ?? noPacket, notShown)
  }

  /** The verdict of packet `i`, which was for `peer`. */
  settle(traffic: Traffic, i: number, peer: number, reason: number, errno: number): void {
    const bytes = this.#bytes[i] ?? noPacket
    if (bytes === noPacket) return
    traffic.settle(this.#shown[i] ?? notShown, peer, this.#packets[i] ?? 1, bytes, reason, errno)
  }
}
