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
import type { Outlet } from "./carrier/outlet.ts"
import { headroom } from "./carrier/room.ts"
import { WaitingPackets } from "./carrier/waiting-packets.ts"
import { Ways } from "./carrier/ways.ts"
import { feature } from "./tundeck/features.ts"
import type { OpenTransport, WireGuardCore } from "./wireguard-core.ts"

/** The type of that message. */
const response = 2

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
  readonly largestPacket = largestPacket
  readonly tooLongReason = dropNumber("above-path-mtu")
  readonly #parts: TransportParts
  readonly #core: WireGuardCore
  readonly #waiting: WaitingPackets
  readonly #ways: Ways
  readonly #carriers: CarrierSet
  readonly #sender: MessageSender
  readonly #receiver: MessageReceiver
  readonly #isEthernet: boolean
  #peers: RelayPeers
  /** All peers that are connected take trains, by the ways that they have. */
  #takesTrains = false

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
    this.#isEthernet = isEthernet
    const { loop, memory, traffic, owner, inbound } = parts
    const { session } = core
    this.#waiting = new WaitingPackets(memory, traffic)
    this.#ways = new Ways(transport, parts, core)
    this.#carriers = new CarrierSet(transport, peers.length, this.#ways, core, open, {
      ...{ loop, memory, traffic, inbound, owner },
      received: (batch, outlet) => this.#receiver.take(batch, outlet),
    })
    const common = { loop, memory, traffic, session, isEthernet, ways: this.#ways.outlets }
    this.#sender = new MessageSender({ ...common, waiting: this.#waiting })
    this.#receiver = new MessageReceiver({
      ...common,
      moved: (place, outlet, number) => this.#moved(place, outlet, number),
      deliver: (batch) => owner.received(batch),
    })
  }

  get takesTrains(): boolean {
    return this.#takesTrains
  }

  get pathPacket(): number | null {
    return this.#ways.pathPacket
  }

  start(): void {
    this.#core.attach({
      transmit: (place, message) => {
        // It answers an initiation that is being taken.
        if (message[0] === response) this.#receiver.proved(place)
        this.#carriers.transmit(place, message)
      },
      answer: (_source, message) => this.#receiver.answer(message),
      authenticated: (place) => this.#receiver.proved(place),
      ready: (place) => this.#waiting.release(place, (batch) => this.#sender.send(batch)),
      established: (place) => {
        this.#receiver.proved(place)
        this.#carriers.established(place)
        this.#lookForTrains()
      },
      ended: (place) => {
        this.#waiting.drop(place)
        this.#carriers.givenUp(place)
        this.#lookForTrains()
      },
      agreed: (place) => this.#agreed(place),
      roundTrip: (place, milliseconds) => this.#parts.traffic.counters.roundTrip(place, milliseconds),
    })
    this.#carriers.start(this.#peers)
    this.#parts.owner.wakeAt(this.#parts.loop.now)
  }

  stop(): void {
    this.#core.attach(undefined)
    this.#core.endpoints = this.#ways.endpoints()
    const { traffic, loop } = this.#parts
    traffic.begin(loop)
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

  #moved(place: number, outlet: Outlet, number: number): void {
    this.#carriers.moved(place, outlet, number)
    this.#lookForTrains()
  }

  /** What may be done towards the peer is another, or what it is known to be. */
  #agreed(place: number): void {
    const { session } = this.#core
    const { now } = this.#parts.loop
    if (this.#isEthernet)
      this.#ways.setUnfit(
        place,
        !session.mayYetAgree(place, now) && (session.uses(place, now) & feature.ethernet) === 0,
      )
    this.#lookForTrains()
    if (this.#isEthernet) this.#waiting.release(place, (batch) => this.#sender.send(batch))
  }

  #lookForTrains(): void {
    const connected = this.#ways.places.filter((place) => this.#ways.isConnected(place))
    this.#takesTrains = connected.length > 0 && connected.every((place) => this.#sender.takesTrains(place))
  }
}
