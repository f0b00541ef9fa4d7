import type { RelayMemory } from "../memory.ts"
import type { NumericEndpoint, RelayEnds, RelayPeers, RelaySecurity, RelayTransport } from "../messages.ts"
import type { Session } from "./carrier/session.ts"
import type { Timers } from "./noise/protocol.ts"
import type {
  SessionOwner,
  SessionParts,
  SessionStatus,
  TundeckParts,
  WireGuardIdentity,
  WireGuardPeer,
} from "./ports.ts"
import { WireGuardSession } from "./session/session.ts"
import { envelopeBytes } from "./tundeck/envelope.ts"
import { feature } from "./tundeck/features.ts"

export type OpenTransport = RelayTransport<Extract<RelayEnds, { role: "open" }>>
export type WireGuardSecurity = Extract<RelaySecurity, { kind: "wireguard" }>

/** What the session tells that no transport is asked about. */
export interface WireGuardCoreEvents {
  /** When a handshake completed last, and what the peer is known to be since then. */
  handshake(place: number, status: SessionStatus): void
  /** At most once a second. */
  stamped(tai: bigint): void
  wakeAt(when: number): void
}

export interface WireGuardCoreParts {
  memory: RelayMemory
  ciphers: SessionParts["ciphers"]
  timers?: Partial<Timers>
  events: WireGuardCoreEvents
  /** What is offered to peers that are Tundecks, too (tundeck/features.ts); 0: it speaks to all as a stock peer does. */
  offers: number
  /** Monotonic ms of this wake-up. */
  clock: () => number
  /** And of now. */
  preciseClock: () => number
}

/** The part of the session's owner that a transport is. */
export type TransportSide = Pick<
  SessionOwner,
  "transmit" | "answer" | "authenticated" | "ready" | "established" | "ended"
> & {
  /** What may be done towards the peer is another, or what it is known to be. */
  agreed(place: number): void
  roundTrip(place: number, milliseconds: number): void
}

const stampEveryMs = 1_000
const never = Number.POSITIVE_INFINITY

/** What stays of a WireGuard tunnel while its transports come and go: the session, and where its peers were. */
export class WireGuardCore {
  readonly session: Session
  /** Bytes that stand before each packet in its message. */
  readonly envelope: number
  /** By place: monotonic ms of the last handshake. */
  readonly establishedAt: (number | undefined)[] = []
  /** By place: where the peer was when the last transport ended. */
  endpoints: (NumericEndpoint | undefined)[] = []
  readonly #parts: WireGuardCoreParts
  #side: TransportSide | undefined
  #mtu: number
  #pathPacket = never
  #stamp: bigint | undefined
  #stampAt = Number.NEGATIVE_INFINITY

  constructor(security: WireGuardSecurity, peers: RelayPeers, mtu: number, parts: WireGuardCoreParts) {
    this.#parts = parts
    this.#mtu = mtu
    const { memory, ciphers, timers = {}, clock, offers } = parts
    this.envelope = (offers & feature.ethernet) === 0 ? 0 : envelopeBytes
    const { stampedAfter } = security
    this.session = new WireGuardSession(identityOf(security), sessionPeers(peers), {
      memory,
      ciphers,
      timers,
      stampedAfter,
      owner: {
        transmit: (place, message) => this.#side?.transmit(place, message),
        answer: (source, message) => this.#side?.answer(source, message),
        authenticated: (place, source) => this.#side?.authenticated(place, source),
        ready: (place) => this.#side?.ready(place),
        ended: (place) => this.#side?.ended(place),
        wakeAt: (when) => parts.events.wakeAt(when),
        stamped: (tai) => this.#stamped(tai),
        established: (place, unixMs) => {
          this.establishedAt[place] = clock()
          this.#side?.established(place, unixMs)
          this.#tellPeer(place)
        },
      },
      ...(offers !== 0 && { tundeck: this.#tundeck() }),
    })
    this.mtu = mtu
  }

  /** Of the interface. */
  set mtu(mtu: number) {
    this.#mtu = mtu
    this.#limitPadding()
  }

  /** The largest packet that goes to the peers in one piece; null while not known. */
  set pathPacket(longest: number | null) {
    this.#pathPacket = longest ?? never
    this.#limitPadding()
  }

  /** From now on the session speaks through this one; undefined: through none. */
  attach(side: TransportSide | undefined): void {
    this.#side = side
  }

  setSecurity(security: WireGuardSecurity): void {
    this.session.setIdentity(identityOf(security))
  }

  /** Those with `kept[place]` their own hold the same peer as before. */
  setPeers(peers: RelayPeers, kept: readonly number[]): void {
    kept.forEach((place, before) => {
      if (place === before) return
      this.establishedAt[before] = undefined
      this.endpoints[before] = undefined
    })
    this.session.setPeers(sessionPeers(peers))
  }

  alarm(now: number): number {
    const next = this.session.alarm(now)
    if (this.#stamp === undefined) return next
    if (now >= this.#stampAt + stampEveryMs) this.#tellStamp(this.#stamp)
    return Math.min(next, this.#stamp === undefined ? never : this.#stampAt + stampEveryMs)
  }

  /** Zeroes all secrets. */
  end(): void {
    if (this.#stamp !== undefined) this.#tellStamp(this.#stamp)
    this.#side = undefined
    this.session.end()
  }

  #tundeck(): TundeckParts {
    return {
      offers: this.#parts.offers,
      clock: this.#parts.preciseClock,
      changed: (place) => {
        this.#side?.agreed(place)
        this.#tellPeer(place)
      },
      roundTrip: (place, milliseconds) => this.#side?.roundTrip(place, milliseconds),
    }
  }

  #limitPadding(): void {
    this.session.setPaddingLimit(Math.min(this.#mtu, this.#pathPacket) + this.envelope)
  }

  #tellPeer(place: number): void {
    const status = this.session.status(place)
    if (status !== undefined) this.#parts.events.handshake(place, status)
  }

  #stamped(tai: bigint): void {
    const { clock, events } = this.#parts
    if (clock() >= this.#stampAt + stampEveryMs) return this.#tellStamp(tai)
    this.#stamp = tai
    events.wakeAt(this.#stampAt + stampEveryMs)
  }

  #tellStamp(tai: bigint): void {
    this.#stamp = undefined
    this.#stampAt = this.#parts.clock()
    this.#parts.events.stamped(tai)
  }
}

function identityOf({ privateKey, previousPrivateKey }: WireGuardSecurity): WireGuardIdentity {
  return { privateKey, previousPrivateKey }
}

function sessionPeers(peers: RelayPeers): (WireGuardPeer | null)[] {
  return peers.map((peer) => {
    if (peer?.wireguard === undefined) return null
    const { publicKey, presharedKey, keepaliveSeconds, expiresAt } = peer.wireguard
    return { publicKey, presharedKey, keepaliveSeconds, expiresAt, enabled: peer.enabled }
  })
}
