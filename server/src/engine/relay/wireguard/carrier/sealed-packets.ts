import type { Traffic } from "../../traffic.ts"

/** Stands for the packet in a message that has none: a handshake, a keepalive. */
export const noPacket = -1

/** What is known of the packets in a batch of messages, as columns beside the batch's: what their verdicts want. */
export class SealedPackets {
  readonly #lengths: Int32Array
  /** `Traffic.foresee`. */
  readonly #shown: Int32Array

  constructor(capacity: number) {
    this.#lengths = new Int32Array(capacity)
    this.#shown = new Int32Array(capacity)
  }

  get capacity(): number {
    return this.#lengths.length
  }

  set(i: number, length: number, shown: number): void {
    this.#lengths[i] = length
    this.#shown[i] = shown
  }

  length(i: number): number {
    return this.#lengths[i] ?? noPacket
  }

  shown(i: number): number {
    return this.#shown[i] ?? noPacket
  }

  /** The verdict of packet `i`, which was for `peer`. */
  settle(traffic: Traffic, i: number, peer: number, reason: number, errno: number): void {
    const length = this.length(i)
    if (length !== noPacket) traffic.settle(this.shown(i), peer, length, reason, errno)
  }
}
