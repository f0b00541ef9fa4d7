import { passed } from "@tundeck/shared"
import type { Traffic, Verdicts } from "../../traffic.ts"
import { KeptPackets } from "./kept-packets.ts"
import type { SealedPackets } from "./sealed-packets.ts"

const outbound = 0

/** Turns what a stream says of its frames, in their order, into the verdicts of the packets that were sealed in them. */
export class StreamVerdicts implements Verdicts {
  readonly #traffic: Traffic
  readonly #kept = new KeptPackets()
  /** A packet was marked when it was foreseen: what becomes of it changes nothing of that. */
  marked = -1
  #packets: SealedPackets | undefined
  #peers: Uint16Array = new Uint16Array(0)
  #next = 0

  constructor(traffic: Traffic) {
    this.#traffic = traffic
  }

  /** What comes now is of those from `from` on. */
  begin(packets: SealedPackets, peers: Uint16Array, from: number): void {
    this.#packets = packets
    this.#peers = peers
    this.#next = from
  }

  /** What has no verdict yet, before `to`, waits. */
  keep(to: number): void {
    if (this.#packets === undefined) return
    this.#kept.keep(this.#packets, this.#peers, this.#next, to)
    this.#packets = undefined
  }

  passed(): void {
    this.#settle(passed, 0)
  }

  passedTrain(): void {
    this.#settle(passed, 0)
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
    if (direction === outbound) this.#settle(reason, errno)
    else this.#traffic.dropped(direction, reason, errno, peer, view, at, length)
  }

  #settle(reason: number, errno: number): void {
    if (this.#packets === undefined) return this.#kept.settle(this.#traffic, reason, errno)
    const i = this.#next++
    this.#packets.settle(this.#traffic, i, this.#peers[i] ?? 0, reason, errno)
  }
}
