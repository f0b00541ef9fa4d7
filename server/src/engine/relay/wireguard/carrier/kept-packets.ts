import type { Traffic } from "../../traffic.ts"
import { SealedPackets } from "./sealed-packets.ts"

/** Of messages that wait for room: their packets, first in first out. They were shown as sent: their verdict is counted alone. */
export class KeptPackets {
  #packets: SealedPackets | undefined
  #peers = new Uint16Array(0)
  #next = 0
  #end = 0

  /** Those from `from` to `to` of `packets`. There are none before. */
  keep(packets: SealedPackets, peers: Uint16Array, from: number, to: number): void {
    if (this.#packets === undefined || this.#packets.capacity < to - from) {
      this.#packets = new SealedPackets(packets.capacity)
      this.#peers = new Uint16Array(packets.capacity)
    }
    this.#next = 0
    this.#end = to - from
    this.#packets.take(packets, from, to)
    for (let i = from; i < to; i++) this.#peers[i - from] = peers[i] ?? 0
  }

  /** The verdict of the first one. */
  settle(traffic: Traffic, reason: number, errno: number): void {
    if (this.#next === this.#end) return
    const i = this.#next++
    this.#packets?.settle(traffic, i, this.#peers[i] ?? 0, reason, errno)
  }

  settleAll(traffic: Traffic, reason: number): void {
    while (this.#next < this.#end) this.settle(traffic, reason, 0)
  }
}
