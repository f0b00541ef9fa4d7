import { dropNumber } from "@tundeck/shared"
import { type Batch, strangerPeer } from "../../batch.ts"
import type { EpollLoop } from "../../epoll-loop.ts"
import type { RelayMemory } from "../../memory.ts"
import type { Traffic } from "../../traffic.ts"
import type { HandshakeSource } from "../ports.ts"
import { isEnvelope, readEnvelope } from "../tundeck/envelope.ts"
import { feature } from "../tundeck/features.ts"
import { innerLength } from "./inner-length.ts"
import type { Outlet } from "./outlet.ts"
import { handshakeReasonOf, reasonOf } from "./refusal-reasons.ts"
import type { Session } from "./session.ts"

const inbound = 1
const badPacket = dropNumber("bad-packet")
const noTundeck = dropNumber("no-tundeck")
const messageHeader = 16
const dataMessage = 4
const aesDataMessage = 5

export interface MessageReceiverParts {
  loop: EpollLoop
  memory: RelayMemory
  traffic: Traffic
  session: Session
  isEthernet: boolean
  ways: readonly (Outlet | undefined)[]
  /** The peer proved itself over `outlet`, by that number. */
  moved(place: number, outlet: Outlet, number: number): void
  /** Hot. Packets of peers came in, by their places. */
  deliver(batch: Batch): void
}

/**
 * The inbound side: messages become packets where they lie. What is not authentic leaves nothing but a count: whoever sends it
 * gets no answer.
 */
export class MessageReceiver {
  readonly #parts: MessageReceiverParts
  readonly #source: HandshakeSource = { id: 0, address: new Uint8Array(16), port: 0 }
  /** Where the message came from that is being taken. */
  #outlet: Outlet | undefined
  #number = 0

  constructor(parts: MessageReceiverParts) {
    this.#parts = parts
  }

  /** Hot. */
  take(batch: Batch, outlet: Outlet): void {
    const { memory, session, loop, deliver } = this.#parts
    const { view } = memory
    const { now } = loop
    this.#outlet = outlet
    let kept = 0
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      const number = batch.peer[i] ?? 0
      if (number === strangerPeer) continue
      this.#number = number
      const type = length < messageHeader ? 0 : view.getUint32(at, true)
      if (type !== dataMessage && type !== aesDataMessage) {
        this.#takeHandshake(at, length, outlet, number, now)
        continue
      }
      const n = session.open(at, length, outlet.sourceId(number), now)
      if (n < 0) {
        this.#drop(reasonOf(n), at)
        continue
      }
      const place = session.openedPlace
      this.proved(place)
      if (n === 0) continue
      const packet = at + messageHeader
      const reason = this.#unwrap(batch, kept, packet, n)
      if (reason !== 0) {
        this.#parts.traffic.dropped(inbound, reason, 0, place, view, packet, n)
        continue
      }
      batch.peer[kept] = place
      batch.bundle[kept] = batch.bundle[i] ?? 0
      kept += 1
    }
    this.#outlet = undefined
    batch.count = kept
    if (kept > 0) deliver(batch)
  }

  /** Hot. The message that is being taken is the peer's. */
  proved(place: number): void {
    const outlet = this.#outlet
    if (outlet === undefined) return
    const { ways, moved } = this.#parts
    if (ways[place] !== outlet || !outlet.isAt(place, this.#number)) moved(place, outlet, this.#number)
  }

  /** Something for who sent the message that is being taken. */
  answer(message: Uint8Array): void {
    this.#outlet?.say(message, this.#number)
  }

  /** Makes the plaintext of `length` bytes entry `to` of the batch: 0, or the number of a drop reason. */
  #unwrap(batch: Batch, to: number, plain: number, length: number): number {
    const { memory, session, isEthernet } = this.#parts
    const takesEnvelopes = (session.openedTakes & (isEthernet ? feature.ethernet : feature.trains)) !== 0
    if (isEthernet && !takesEnvelopes) return noTundeck
    if (takesEnvelopes && isEnvelope(memory.view, plain, length)) {
      return readEnvelope(memory.view, plain, length, batch, to) ? 0 : badPacket
    }
    const inner = isEthernet ? -badPacket : innerLength(memory.view, plain, length)
    if (inner < 0) return badPacket
    batch.at[to] = plain
    batch.length[to] = inner
    return 0
  }

  #takeHandshake(at: number, length: number, outlet: Outlet, number: number, now: number): void {
    outlet.describe(number, this.#source)
    const answer = this.#parts.session.takeHandshake(at, length, this.#source, now)
    if (answer < 0) this.#drop(handshakeReasonOf(answer), at)
  }

  /** Its bytes are no packet: none are shown. */
  #drop(reason: number, at: number): void {
    this.#parts.traffic.dropped(inbound, reason, 0, strangerPeer, this.#parts.memory.view, at, 0)
  }
}
