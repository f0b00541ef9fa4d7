import { dropNumber } from "@tundeck/shared"
import type { Batch } from "../../batch.ts"
import type { EpollLoop } from "../../epoll-loop.ts"
import type { RelayMemory } from "../../memory.ts"
import { trainBytes, trainPackets } from "../../offload/train-size.ts"
import { noPeer } from "../../reasons.ts"
import type { Traffic } from "../../traffic.ts"
import { envelopeBytes, writeEnvelope } from "../tundeck/envelope.ts"
import { feature } from "../tundeck/features.ts"
import type { Outlet } from "./outlet.ts"
import { isReceived, isShared, PacketCopies } from "./packet-copies.ts"
import { reasonOf } from "./refusal-reasons.ts"
import { SealedPackets } from "./sealed-packets.ts"
import type { Session } from "./session.ts"
import { TrainCutter } from "./train-cutter.ts"
import type { WaitingPackets } from "./waiting-packets.ts"

const messageHeader = 16
const outbound = 0
const badPacket = dropNumber("bad-packet")
const noTundeck = dropNumber("no-tundeck")

export interface MessageSenderParts {
  loop: EpollLoop
  memory: RelayMemory
  traffic: Traffic
  session: Session
  isEthernet: boolean
  waiting: WaitingPackets
  /** By place: where the peer is. */
  ways: readonly (Outlet | undefined)[]
}

/**
 * The outbound side: packets become messages where they lie, and go out by each peer's way.
 *
 *   1 copy      a frame that a hub floods lies in one place for all: the last alone may have that; one that it passes on has no room
 *   2 close     trains that the peer does not take are cut
 *   3 foresee   shown as sent, while its bytes are readable still
 *   4 seal      into a message, where it is a train or a frame in an envelope; without keys it waits
 *   5 send      in runs for one outlet, which gives the verdict
 */
export class MessageSender {
  readonly #parts: MessageSenderParts
  readonly #cutter: TrainCutter
  readonly #copies: PacketCopies
  #sealed = new SealedPackets(0)

  constructor(parts: MessageSenderParts) {
    this.#parts = parts
    this.#cutter = new TrainCutter(parts.memory, parts.isEthernet)
    this.#copies = new PacketCopies(parts.memory)
  }

  /** Hot. */
  send(batch: Batch): void {
    if (this.#sealed.capacity < batch.capacity) this.#sealed = new SealedPackets(batch.capacity)
    const { count } = batch
    let sealed = 0
    this.#copies.clear()
    for (let i = 0; i < count; i++) {
      const place = batch.peer[i] ?? 0
      if (
        this.#parts.isEthernet &&
        (isShared(batch, i, count) || isReceived(batch, i)) &&
        !this.#copies.copy(batch, i)
      ) {
        this.#sendSealed(batch, sealed)
        sealed = 0
        this.#copies.clear()
        this.#copies.copy(batch, i)
      }
      if (batch.isOpen(i) && !this.takesTrains(place) && !this.#cutter.complete(batch, i)) {
        this.#sendSealed(batch, sealed)
        sealed = 0
        this.#sendCut(batch, i)
      } else if (this.#seal(batch, i, sealed, place)) sealed += 1
    }
    this.#sendSealed(batch, sealed)
  }

  /** Hot. The peer takes them, by the way that it has. */
  takesTrains(place: number): boolean {
    const { session, ways, loop } = this.#parts
    return ways[place]?.carrier === "tcp" && (session.uses(place, loop.now) & feature.trains) !== 0
  }

  #sendCut(batch: Batch, i: number): void {
    const cut = this.#cutter.cut(batch, i)
    if (cut !== undefined) return this.send(cut)
    const { traffic, memory } = this.#parts
    traffic.dropped(outbound, badPacket, 0, batch.peer[i] ?? 0, memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0)
  }

  /** Makes packet `i` message `to` of the batch. False when it does not go now. */
  #seal(batch: Batch, i: number, to: number, place: number): boolean {
    const { traffic, session, waiting, memory, loop, isEthernet } = this.#parts
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    if (isEthernet && !this.#takesFrames(place)) return this.#holdFrame(place, at, length)
    const isTrain = (batch.gsoSize[i] ?? 0) > 0
    const packets = isTrain ? trainPackets(memory.view, batch, i) : 1
    const bytes = isTrain ? trainBytes(memory.view, batch, i) : length
    const shown = traffic.foresee(place, memory.view, at, length, packets)
    const envelope = isEthernet || batch.isOpen(i) ? envelopeBytes : 0
    if (envelope > 0) writeEnvelope(memory.view, batch, i)
    const n = session.seal(place, at - envelope, length + envelope, loop.now)
    if (n > 0) {
      batch.at[to] = at - envelope - messageHeader
      batch.length[to] = n
      batch.peer[to] = place
      this.#sealed.set(to, packets, bytes, shown)
      return true
    }
    if (n === 0) {
      traffic.unforesee(shown, packets)
      waiting.keep(place, at, length)
    } else traffic.settle(shown, place, packets, bytes, reasonOf(n), 0)
    return false
  }

  #takesFrames(place: number): boolean {
    const { session, loop } = this.#parts
    return (session.uses(place, loop.now) & feature.ethernet) !== 0
  }

  /** A frame for a peer that does not take it, or not yet. */
  #holdFrame(place: number, at: number, length: number): false {
    const { session, waiting, traffic, memory, loop } = this.#parts
    session.initiate(place, loop.now)
    if (session.mayYetAgree(place, loop.now)) waiting.keep(place, at, length)
    else traffic.dropped(outbound, noTundeck, 0, place, memory.view, at, length)
    return false
  }

  /** Messages 0 to `count` of the batch. */
  #sendSealed(batch: Batch, count: number): void {
    const { ways } = this.#parts
    batch.count = count
    for (let from = 0; from < count; ) {
      const way = ways[batch.peer[from] ?? 0]
      let to = from + 1
      while (to < count && ways[batch.peer[to] ?? 0] === way) to += 1
      if (way === undefined) this.#drop(batch, from, to)
      else way.send(batch, from, to, this.#sealed)
      from = to
    }
  }

  #drop(batch: Batch, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#sealed.settle(this.#parts.traffic, i, batch.peer[i] ?? 0, noPeer, 0)
  }
}
