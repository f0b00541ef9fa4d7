import { dropNumber } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { largestPacket, region } from "../regions.ts"
import type { TransportParts } from "../transport/transport-parts.ts"
import { type Answered, AnsweredAddresses } from "./answered-addresses.ts"
import { EthernetAnswers } from "./ethernet-answers.ts"
import { bad, IpAnswers, notAnswered } from "./ip-answers.ts"

const outbound = 0
const badPacket = dropNumber("bad-packet")
const noAnswer = dropNumber("not-answered")
const aboveMtu = dropNumber("above-mtu")
const end = region.inbound.at + region.inbound.size
const nobody: Answered = { isEthernet: false, networks: [], own: [] }

/**
 * A transport without another end: it answers what comes out of the device itself, as the hosts behind it would. There is
 * no socket, no clock and nothing that waits: an answer is delivered in the wake-up that brought the question.
 */
export class Responder implements Transport {
  readonly headroom = 0
  readonly takesTrains = false
  readonly largestPacket = largestPacket
  readonly tooLongReason = aboveMtu
  readonly pathPacket = largestPacket
  readonly #parts: TransportParts
  #answers: IpAnswers | EthernetAnswers
  #isUp = false

  constructor(peers: RelayPeers, parts: TransportParts) {
    this.#parts = parts
    this.#answers = this.#answersOf(peers)
  }

  start(): void {
    const { owner, traffic } = this.#parts
    this.#isUp = true
    traffic.counters.connected()
    owner.peerChanged(0, "responder")
    owner.state("up", null)
  }

  stop(): void {
    if (!this.#isUp) return
    this.#isUp = false
    this.#parts.owner.peerChanged(0, null)
  }

  setPeers(peers: RelayPeers): void {
    this.#answers = this.#answersOf(peers)
  }

  setRemotes(): void {}

  alarm(): number {
    return Number.POSITIVE_INFINITY
  }

  send(batch: Batch): void {
    const { inbound, traffic, memory } = this.#parts
    const { view } = memory
    inbound.clear()
    let { at: to }: { at: number } = region.inbound
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      if (inbound.isFull || to + largestPacket > end) {
        this.#deliver()
        to = region.inbound.at
      }
      const n = this.#answers.answer(at, length, to)
      if (n === bad || n === notAnswered) {
        traffic.dropped(outbound, n === bad ? badPacket : noAnswer, 0, 0, view, at, length)
        continue
      }
      traffic.passed(outbound, 0, view, at, length)
      inbound.add(to, n, 0)
      to += n
    }
    this.#deliver()
  }

  #deliver(): void {
    const { inbound, owner } = this.#parts
    if (inbound.count > 0) owner.received(inbound)
    inbound.clear()
  }

  #answersOf(peers: RelayPeers): IpAnswers | EthernetAnswers {
    const answered = peers[0]?.answered ?? nobody
    const addresses = new AnsweredAddresses(answered)
    const { memory } = this.#parts
    return answered.isEthernet ? new EthernetAnswers(memory, addresses) : new IpAnswers(memory, addresses)
  }
}
