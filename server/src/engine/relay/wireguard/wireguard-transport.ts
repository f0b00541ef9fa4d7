import { dropNumber, type TunnelReason } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import { keptPlaces } from "../hub/kept-places.ts"
import type { NumericEndpoint, RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { largestPacket } from "../regions.ts"
import type { TransportParts } from "../transport/transport-parts.ts"
import { CarrierSet } from "./carrier/carrier-set.ts"
import { MessageReceiver } from "./carrier/message-receiver.ts"
import { MessageSender } from "./carrier/message-sender.ts"
import type { OpenSockets } from "./carrier/open-sockets.ts"
import { headroom } from "./carrier/room.ts"
import { WaitingPackets } from "./carrier/waiting-packets.ts"
import { Ways } from "./carrier/ways.ts"
import type { OpenTransport, WireGuardCore } from "./wireguard-core.ts"

/**
 * WireGuard messages over udp, tcp or icmp, to peers that are known by their keys. There is a way to each peer: where it proved
 * itself last. Who may be reached over tcp when udp fails is called there too (carrier/fallback.ts).
 *
 *   connecting ──a handshake──▶ up ──handshakes unanswered──▶ reconnecting ──a handshake──▶ up
 *        └──── the socket cannot be had ────▶ failed ──had after all──▶ connecting
 *
 * Without traffic keys grow old and nothing is said: it stays up until somebody misses somebody.
 */
export class WireGuardTransport implements Transport {
  readonly headroom = headroom
  readonly takesTrains = false
  readonly largestPacket = largestPacket
  readonly tooLongReason = dropNumber("above-path-mtu")
  readonly #parts: TransportParts
  readonly #core: WireGuardCore
  readonly #waiting: WaitingPackets
  readonly #ways: Ways
  readonly #carriers: CarrierSet
  readonly #sender: MessageSender
  readonly #receiver: MessageReceiver
  #peers: RelayPeers

  constructor(
    transport: OpenTransport,
    peers: RelayPeers,
    parts: TransportParts,
    core: WireGuardCore,
    isEthernet: boolean,
    open: OpenSockets,
  ) {
    this.#parts = parts
    this.#core = core
    this.#peers = peers
    const { loop, memory, traffic, owner, inbound } = parts
    const { session } = core
    this.#waiting = new WaitingPackets(memory, traffic)
    this.#ways = new Ways(transport, parts, core)
    this.#carriers = new CarrierSet(transport, peers.length, this.#ways, core, open, {
      ...{ loop, memory, traffic, inbound, owner },
      received: (batch, outlet) => this.#receiver.take(batch, outlet),
    })
    const common = { loop, memory, traffic, session, ways: this.#ways.outlets }
    this.#sender = new MessageSender({ ...common, waiting: this.#waiting })
    this.#receiver = new MessageReceiver({
      ...common,
      isEthernet,
      moved: (place, outlet, number) => this.#carriers.moved(place, outlet, number),
      deliver: (batch) => owner.received(batch),
    })
  }

  get pathPacket(): number | null {
    return this.#ways.pathPacket
  }

  start(): void {
    this.#core.attach({
      transmit: (place, message) => this.#carriers.transmit(place, message),
      answer: (_source, message) => this.#receiver.outlet?.say(message, this.#receiver.number),
      authenticated: (place) => {
        const { outlet, number } = this.#receiver
        if (outlet !== undefined) this.#carriers.moved(place, outlet, number)
      },
      ready: (place) => this.#waiting.release(place, (batch) => this.#sender.send(batch)),
      established: (place) => this.#carriers.established(place),
      ended: (place) => {
        this.#waiting.drop(place)
        this.#carriers.givenUp(place)
      },
    })
    this.#carriers.start(this.#peers)
    this.#parts.owner.wakeAt(this.#parts.loop.now)
  }

  stop(): void {
    this.#core.attach(undefined)
    this.#core.endpoints = this.#ways.endpoints()
    const { traffic, loop } = this.#parts
    traffic.begin(loop.time)
    this.#waiting.dropAll()
    traffic.end()
    this.#carriers.stop()
  }

  send(batch: Batch): void {
    this.#sender.send(batch)
  }

  setRemotes(remotes: readonly NumericEndpoint[], reason: TunnelReason | null, peer?: number): void {
    if (peer !== undefined) this.#carriers.setRemotes(peer, remotes, reason)
  }

  setPeers(peers: RelayPeers): void {
    const before = this.#peers
    const kept = keptPlaces(before, peers)
    this.#peers = peers
    kept.forEach((place, was) => {
      if (place !== was) this.#waiting.drop(was)
    })
    this.#core.setPeers(peers, kept)
    this.#carriers.setPeers(peers, kept)
  }

  alarm(now: number): number {
    const next = this.#core.alarm(now)
    return Math.min(next, this.#carriers.alarm(now))
  }
}
