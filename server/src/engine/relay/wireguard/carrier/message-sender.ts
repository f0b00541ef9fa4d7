import type { Batch } from "../../batch.ts"
import type { EpollLoop } from "../../epoll-loop.ts"
import type { RelayMemory } from "../../memory.ts"
import { noPeer } from "../../reasons.ts"
import type { Traffic } from "../../traffic.ts"
import type { Outlet } from "./outlet.ts"
import { reasonOf } from "./refusal-reasons.ts"
import { SealedPackets } from "./sealed-packets.ts"
import type { Session } from "./session.ts"
import type { WaitingPackets } from "./waiting-packets.ts"

const messageHeader = 16

export interface MessageSenderParts {
  loop: EpollLoop
  memory: RelayMemory
  traffic: Traffic
  session: Session
  waiting: WaitingPackets
  /** By place: where the peer is. */
  ways: readonly (Outlet | undefined)[]
}

/**
 * The outbound side: packets become messages where they lie, and go out by each peer's way.
 *
 *   1 foresee   shown as sent, while its bytes are readable still
 *   2 seal      into a message; without keys it waits
 *   3 send      in runs for one outlet, which gives the verdict
 */
export class MessageSender {
  readonly #parts: MessageSenderParts
  #sealed = new SealedPackets(0)

  constructor(parts: MessageSenderParts) {
    this.#parts = parts
  }

  /** Hot. */
  send(batch: Batch): void {
    if (this.#sealed.capacity < batch.capacity) this.#sealed = new SealedPackets(batch.capacity)
    this.#seal(batch)
    const { ways } = this.#parts
    for (let from = 0; from < batch.count; ) {
      const way = ways[batch.peer[from] ?? 0]
      let to = from + 1
      while (to < batch.count && ways[batch.peer[to] ?? 0] === way) to += 1
      if (way === undefined) this.#drop(batch, from, to)
      else way.send(batch, from, to, this.#sealed)
      from = to
    }
  }

  /** Leaves the messages in the batch that are to go now. */
  #seal(batch: Batch): void {
    const { traffic, session, waiting, memory, loop } = this.#parts
    const { now } = loop
    let sealed = 0
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      const place = batch.peer[i] ?? 0
      const shown = traffic.foresee(memory.view, at, length)
      const n = session.seal(place, at, length, now)
      if (n > 0) {
        batch.at[sealed] = at - messageHeader
        batch.length[sealed] = n
        batch.peer[sealed] = place
        this.#sealed.set(sealed, length, shown)
        sealed += 1
      } else if (n === 0) {
        traffic.unforesee(shown)
        waiting.keep(place, at, length)
      } else traffic.settle(shown, place, length, reasonOf(n), 0)
    }
    batch.count = sealed
  }

  #drop(batch: Batch, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#sealed.settle(this.#parts.traffic, i, batch.peer[i] ?? 0, noPeer, 0)
  }
}
