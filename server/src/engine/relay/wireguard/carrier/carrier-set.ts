import type { TunnelReason } from "@tundeck/shared"
import type { Carrier, NumericEndpoint, RelayPeers } from "../../messages.ts"
import type { TransportOwner } from "../../ports.ts"
import { region } from "../../regions.ts"
import { feature } from "../tundeck/features.ts"
import type { OpenTransport, WireGuardCore } from "../wireguard-core.ts"
import type { CarrierParts } from "./carrier-parts.ts"
import type { CarrierEvents, CarrierSide } from "./carrier-side.ts"
import { type FallbackFacts, fallbackStep } from "./fallback.ts"
import { IcmpCarrier } from "./icmp-carrier.ts"
import type { OpenSockets } from "./open-sockets.ts"
import type { Outlet } from "./outlet.ts"
import { PeerCalls } from "./peer-calls.ts"
import { headroom } from "./room.ts"
import { StreamOutlet } from "./stream-outlet.ts"
import { TcpCarrier } from "./tcp-carrier.ts"
import { UdpCarrier } from "./udp-carrier.ts"
import type { Ways } from "./ways.ts"

const never = Number.POSITIVE_INFINITY
const initiation = 1
const messageHeader = 16

export interface CarrierSetParts extends Pick<CarrierParts, "loop" | "memory" | "traffic" | "inbound" | "received"> {
  owner: TransportOwner
}

/** What the fallback has to remember of a peer. */
interface Fallback {
  /** It proved itself over tcp last, and that stream stands. */
  isOverTcp: boolean
  /** Since when it is so, or not. */
  since: number
  triedUdpAt: number
  /** Initiations alternate between udp and tcp while neither is answered. */
  turn: number
}

/** The carriers of a tunnel: the one that is wanted, and tcp beside udp where that may fail. It says by which way a peer is called. */
export class CarrierSet {
  readonly #kind: Carrier
  readonly #parts: CarrierSetParts
  readonly #ways: Ways
  readonly #core: WireGuardCore
  readonly #udp: UdpCarrier | undefined
  readonly #tcp: TcpCarrier | undefined
  readonly #main: CarrierSide
  readonly #calls: PeerCalls
  readonly #fallbacks: (Fallback | undefined)[] | undefined
  readonly #full = new Set<Outlet>()
  /** By place: the last initiation, while it is not answered. Where there was no way, or comes a better one, it goes there. */
  readonly #asked: (Uint8Array | undefined)[] = []
  #peers: RelayPeers = []
  #isOpen = false
  #fallbackFailure: TunnelReason | null = null
  /** While a call only says where the next initiation goes. */
  #isQuiet = false
  /** The next initiation goes over udp, though the peer is elsewhere. */
  #tries: number | undefined

  constructor(
    { kind, ends, socket, fallback }: OpenTransport,
    places: number,
    ways: Ways,
    core: WireGuardCore,
    open: OpenSockets,
    parts: CarrierSetParts,
  ) {
    const { loop, owner } = parts
    this.#kind = kind
    this.#parts = parts
    this.#ways = ways
    this.#core = core
    const events = this.#events()
    const hasTcp = kind === "tcp" || (kind === "udp" && fallback)
    if (kind === "udp") this.#udp = new UdpCarrier(ends.local, places, socket, open.udp, events)
    if (hasTcp) this.#tcp = new TcpCarrier(ends.local, socket, events)
    this.#main = this.#udp ?? this.#tcp ?? new IcmpCarrier(ends.local, places, socket, open.icmp, events)
    this.#fallbacks = kind === "udp" && fallback ? [] : undefined
    this.#calls = new PeerCalls(
      {
        call: (place, remotes, named) => this.#main.call(place, remotes, named),
        initiate: (place) => core.session.initiate(place, loop.now),
        resolve: (place) => owner.resolve(place),
        trouble: (place, reason) => ways.trouble(place, reason),
        wakeAt: (when) => owner.wakeAt(when),
      },
      () => loop.now,
    )
    ways.onPath = () => this.#udp?.setLongest(ways.pathMessage)
  }

  start(peers: RelayPeers): void {
    this.#peers = peers
    peers.forEach((peer, place) => {
      if (peer?.enabled) this.#add(place)
    })
    this.#main.start()
    if (this.#tcp !== this.#main) this.#tcp?.start()
    this.#ways.say()
  }

  stop(): void {
    this.#isOpen = false
    for (const place of this.#ways.places) {
      this.#calls.end(place)
      this.#ways.remove(place)
    }
    this.#main.stop()
    if (this.#tcp !== this.#main) this.#tcp?.stop()
    this.#full.clear()
    this.#block()
  }

  setPeers(peers: RelayPeers, kept: readonly number[]): void {
    const before = this.#peers
    this.#peers = peers
    before.forEach((old, place) => {
      if (old !== null && kept[place] !== place) this.#remove(place)
    })
    this.#main.setPlaces(peers.length, kept)
    if (this.#tcp !== this.#main) this.#tcp?.setPlaces(peers.length, kept)
    peers.forEach((peer, place) => {
      if (!peer?.enabled) return
      if (this.#ways.presence(place) === undefined) this.#add(place)
      else if (isCalledAlike(before, peers, place)) return
      this.#ways.setCalled(place, peers)
      if (this.#isOpen) this.#calls.begin(place, peer)
    })
    this.#block()
    this.#ways.say()
  }

  setRemotes(place: number, remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    this.#calls.setRemotes(place, remotes, reason)
    this.#tcp?.setRemotes(place, remotes, reason)
  }

  /** Sends what the session has for the peer to where it is, or is called. */
  transmit(place: number, message: Uint8Array): void {
    if (message[0] !== initiation) return this.#ways.outlets[place]?.say(message, place)
    const isUnanswered = this.#ways.isUnanswered(place)
    this.#asked[place] = message.slice()
    this.#ways.asked(place)
    if (this.#tries === place) return this.#udp?.say(place, this.#calls.remotes(place), message)
    if (isUnanswered) this.#goOn(place)
    this.#ways.outlets[place]?.say(message, place)
  }

  /** The peer proved itself over `outlet`, by that number. */
  moved(place: number, outlet: Outlet, number: number): void {
    outlet.adopt(place, number)
    if (outlet instanceof StreamOutlet) this.#tcp?.own(outlet, place)
    this.#ways.set(place, outlet)
    this.#proved(place)
  }

  established(place: number): void {
    this.#calls.answered(place)
    this.#asked[place] = undefined
    this.#ways.established(place)
    this.#proved(place)
  }

  givenUp(place: number): void {
    if (this.#ways.isUnanswered(place)) this.#calls.givenUp(place)
  }

  alarm(now: number): number {
    const carriers = Math.min(
      this.#main.alarm(now),
      this.#tcp === this.#main ? never : (this.#tcp?.alarm(now) ?? never),
    )
    return Math.min(carriers, this.#calls.alarm(now), this.#fallBack(now), this.#ways.alarm(now))
  }

  #events(): CarrierEvents {
    const { loop, memory, traffic, inbound, received, owner } = this.#parts
    const ways = this.#ways
    return {
      ...{ loop, memory, traffic, inbound, received },
      wakeAt: (when) => owner.wakeAt(when),
      full: (outlet, on) => {
        if (on) this.#full.add(outlet)
        else this.#full.delete(outlet)
        this.#block()
      },
      measure: (place) => ways.measure(place),
      isProbed: (place) => (this.#core.session.uses(place, loop.now) & feature.probes) !== 0,
      limit: (place, longest) => ways.limit(place, longest),
      opened: (carrier, port) => this.#opened(carrier, port),
      failed: (carrier, reason) => {
        if (carrier === this.#kind) ways.setFailure(reason)
        else this.#setFallbackFailure(reason)
      },
      reached: (place, outlet) => this.#reached(place, outlet),
      unreached: (place, reason) => {
        if (this.#fallbacks === undefined) ways.trouble(place, reason)
      },
      closed: (outlet) => this.#ended(outlet, null),
      lost: (outlet, reason) => {
        this.#ended(outlet, reason)
        if (outlet instanceof StreamOutlet) this.#tcp?.lost(outlet)
      },
      resolve: (place) => owner.resolve(place),
    }
  }

  /** It is tried again and again: the owner is told when it changes. */
  #setFallbackFailure(reason: TunnelReason | null): void {
    if (reason?.detail === this.#fallbackFailure?.detail) return
    this.#fallbackFailure = reason
    this.#parts.owner.fallbackChanged(reason)
  }

  #opened(carrier: Carrier, port: number | null): void {
    if (carrier !== this.#kind) return this.#setFallbackFailure(null)
    this.#isOpen = true
    this.#ways.setFailure(null)
    this.#ways.setPort(port)
    this.#udp?.setLongest(this.#ways.pathMessage)
    this.#peers.forEach((peer, place) => {
      if (!peer?.enabled) return
      this.#calls.begin(place, peer)
      const was = this.#core.endpoints[place]
      if (was !== undefined) this.#udp?.call(place, [was])
    })
  }

  #reached(place: number, outlet: Outlet): void {
    // Beside udp, tcp is for a peer that does not answer there.
    const isBeside = outlet.carrier !== this.#kind
    if (isBeside && this.#ways.outlets[place] !== undefined && !this.#ways.isUnanswered(place)) return
    this.#ways.set(place, outlet)
    if (this.#isQuiet) return
    const asked = this.#asked[place]
    if (asked === undefined) this.#greet(place, outlet)
    else outlet.say(asked, place)
  }

  /** Something authentic over the new way; without keys, a handshake. */
  #greet(place: number, outlet: Outlet): void {
    const at = region.spare.at + headroom
    const n = this.#core.session.seal(place, at, 0, this.#parts.loop.now)
    if (n > 0) outlet.say(this.#parts.memory.bytes.slice(at - messageHeader, at - messageHeader + n), place)
  }

  /** A way is no more: the peer is called again by the other one, where there is one. */
  #ended(outlet: Outlet, reason: TunnelReason | null): void {
    this.#full.delete(outlet)
    for (const place of this.#ways.places) {
      if (this.#ways.outlets[place] !== outlet) continue
      this.#ways.clear(place)
      if (this.#fallbacks === undefined) this.#ways.trouble(place, reason)
      else {
        this.#restartFallback(place, false)
        this.#udp?.call(place, this.#calls.remotes(place))
      }
    }
    this.#block()
  }

  #add(place: number): void {
    this.#ways.add(place, this.#peers)
    this.#restartFallback(place, false)
  }

  #remove(place: number): void {
    this.#calls.end(place)
    this.#main.hangUp(place)
    this.#tcp?.hangUp(place)
    this.#ways.remove(place)
    this.#asked[place] = undefined
    if (this.#fallbacks !== undefined) this.#fallbacks[place] = undefined
  }

  /** The last initiation was not answered: the next address, or the other carrier. */
  #goOn(place: number): void {
    const fallback = this.#fallbacks?.[place]
    if (fallback?.isOverTcp) return
    const stream = fallback === undefined ? undefined : this.#tcp?.called(place)
    if (stream !== undefined && fallback !== undefined && fallback.turn++ % 2 === 0)
      return this.#ways.set(place, stream)
    if (this.#kind === "tcp") return
    this.#isQuiet = true
    this.#calls.goOn(place)
    this.#isQuiet = false
  }

  /** It is where it is sent to. */
  #proved(place: number): void {
    const isOverTcp = this.#ways.outlets[place]?.carrier === "tcp"
    if (isOverTcp !== this.#fallbacks?.[place]?.isOverTcp) this.#restartFallback(place, isOverTcp)
  }

  #restartFallback(place: number, isOverTcp: boolean): void {
    if (this.#fallbacks === undefined) return
    this.#fallbacks[place] = { isOverTcp, since: this.#parts.loop.now, triedUdpAt: never, turn: 0 }
    this.#parts.owner.wakeAt(this.#parts.loop.now)
  }

  #fallBack(now: number): number {
    let next = never
    if (this.#fallbacks === undefined) return next
    for (const place of this.#ways.places) {
      if (!this.#calls.has(place)) continue
      const { step, nextAt } = fallbackStep(this.#facts(place), now)
      next = Math.min(next, nextAt)
      if (step === "call-tcp") this.#tcp?.call(place, this.#calls.remotes(place), this.#calls.isNamed(place))
      if (step === "end-tcp") this.#tcp?.hangUp(place)
      if (step === "try-udp") this.#tryUdp(place, now)
    }
    return next
  }

  #facts(place: number): FallbackFacts {
    const { isOverTcp = false, since = 0, triedUdpAt = never } = this.#fallbacks?.[place] ?? {}
    return {
      isOverTcp,
      since,
      unansweredSince: this.#ways.presence(place)?.unansweredSince ?? never,
      callsTcp: this.#tcp?.isCalled(place) ?? false,
      triedUdpAt,
    }
  }

  #tryUdp(place: number, now: number): void {
    const fallback = this.#fallbacks?.[place]
    if (fallback === undefined) return
    fallback.triedUdpAt = now
    this.#tries = place
    this.#core.session.initiate(place, now, true)
    this.#tries = undefined
  }

  /** A peer among many does not keep the others waiting: what is for it is dropped while its stream is full. */
  #block(): void {
    const isLone = this.#ways.places.length === 1
    let isBlocked = false
    for (const outlet of this.#full) if (isLone || outlet.carrier !== "tcp") isBlocked = true
    this.#parts.owner.blocked(isBlocked)
  }
}

function isCalledAlike(before: RelayPeers, after: RelayPeers, place: number): boolean {
  const words = (peers: RelayPeers) =>
    JSON.stringify([peers[place]?.wireguard?.remotes, peers[place]?.wireguard?.named])
  return words(before) === words(after)
}
