import { errno } from "@tundeck/native-bindings"
import { DatagramPeer } from "./datagram-peer.ts"
import type { DatagramWire } from "./datagram-wire.ts"
import type { PeerPaths } from "./peer-paths.ts"
import { Questions } from "./questions.ts"
import { endpointText } from "./tcp-socket.ts"
import type { TransportParts } from "./transport-parts.ts"

/** A peer is asked so often: while packets pass, while none do, and while it does not answer. */
const askEveryMs = { busy: 2_000, idle: 10_000, silent: 1_000, longSilent: 5_000 } as const
const longSilentAfter = 10
/** Idle peers of a thousand tunnels are asked at the same moments, together: to wake up for each costs more than to ask it. */
const idleGridMs = 250
/** Silent for so long, though it was asked: it is gone. */
const goneAfterMs = 15_000
const never = Number.POSITIVE_INFINITY

/** What the watch finds. */
export interface PeerWatchOwner {
  /** One more is there. */
  came(): void
  /** The last one that was there, at `remote`, is silent. */
  silent(remote: string): void
  /** The called address has said nothing yet. */
  unheard(): void
  /** The called address refuses with `error`. */
  refused(error: number): void
}

/** Which peers are there: those that are heard, until they are silent though they were asked. */
export class PeerWatch {
  /** How many are there. */
  standing = 0
  readonly #wire: DatagramWire
  readonly #paths: PeerPaths
  readonly #parts: TransportParts
  readonly #owner: PeerWatchOwner
  readonly #questions: Questions
  #nextAskAt = never
  /** Who is called has time until then to say something. */
  #hearBy = never

  constructor(wire: DatagramWire, paths: PeerPaths, parts: TransportParts, owner: PeerWatchOwner) {
    this.#wire = wire
    this.#paths = paths
    this.#parts = parts
    this.#owner = owner
    this.#questions = new Questions(wire, parts)
  }

  /** A socket calls the peer. */
  call(now: number): void {
    this.#wire.peers[0] = new DatagramPeer()
    this.#hearBy = now + goneAfterMs
    this.#askAll(now)
  }

  stop(): void {
    this.#nextAskAt = never
  }

  alarm(now: number): number {
    if (now >= this.#nextAskAt) this.#askAll(now)
    return this.#nextAskAt
  }

  /** Hot. */
  heard(place: number): DatagramPeer {
    const peer = this.#wire.peers[place] ?? this.#newPeer(place)
    peer.heardAt = this.#parts.loop.now
    peer.unanswered = 0
    if (peer.remote === null) this.#came(place, peer)
    return peer
  }

  probed(place: number, peer: DatagramPeer, at: number): void {
    this.#heedProbe(this.#questions.take(place, peer, at))
  }

  gone(place: number): void {
    const peer = this.#wire.peers[place]
    if (peer === undefined) return
    this.#wire.peers[place] = undefined
    if (peer.remote === null) return
    this.standing -= 1
    this.#wire.index.forget(place)
    this.#parts.traffic.counters.roundTrip(place, 0)
    this.#parts.owner.peerChanged(place, null)
  }

  allGone(): void {
    for (let place = 0; place < this.#wire.peers.length; place++) this.gone(place)
    this.#wire.peers.length = 0
  }

  /** Does what an error asks for that may be an older packet's; false for one that is not. */
  heed(error: number, place: number): boolean {
    if (error === errno.EMSGSIZE || error === errno.EINVAL) {
      // The kernel mostly knows by now what fits the path.
      this.#paths.measure(place)
      return true
    }
    if (error !== errno.ECONNREFUSED && error !== errno.EHOSTUNREACH && error !== errno.ENETUNREACH) return false
    this.#refused(error)
    return true
  }

  #heedProbe(n: number): void {
    if (n === -errno.ECONNREFUSED) this.#refused(-n)
  }

  /** An error that the kernel kept for this socket: mostly the peer's host saying that nothing listens there. */
  #refused(error: number): void {
    const { isCalling, called, peers } = this.#wire
    const peer = peers[0]
    if (!isCalling || called === undefined || peer === undefined) return
    if (peer.remote !== null) {
      this.gone(0)
      peers[0] = new DatagramPeer()
      this.#askSoon(this.#parts.loop.now + askEveryMs.silent)
    }
    this.#owner.refused(error)
  }

  #newPeer(place: number): DatagramPeer {
    const peer = new DatagramPeer()
    this.#wire.peers[place] = peer
    return peer
  }

  #came(place: number, peer: DatagramPeer): void {
    const at = this.#wire.endpoint(place)
    peer.remote = at === undefined ? "" : endpointText(at)
    this.standing += 1
    this.#parts.traffic.counters.connected()
    this.#parts.owner.peerChanged(place, peer.remote)
    this.#owner.came()
    if (!this.#wire.isCalling) this.#paths.measure(place)
    this.#askSoon(this.#parts.loop.now)
  }

  /** Who calls asks always; who waits asks those that it hears. */
  #askAll(now: number): void {
    const { peers, isCalling } = this.#wire
    this.#nextAskAt = never
    for (let place = 0; place < peers.length; place++) {
      const peer = peers[place]
      if (peer === undefined) continue
      if (peer.remote !== null && now - peer.heardAt > goneAfterMs) {
        this.#silent(place, peer.remote)
        continue
      }
      if (peer.remote === null && !isCalling) continue
      if (peer.remote === null && now >= this.#hearBy) {
        this.#hearBy = now + goneAfterMs
        this.#owner.unheard()
        if (peers[place] !== peer) continue
      }
      if (now >= this.#askAt(peer)) this.#ask(place, peer, now)
      this.#askSoon(this.#askAt(peer))
    }
  }

  #askAt(peer: DatagramPeer): number {
    const every = this.#askEvery(peer)
    const when = peer.askedAt + every
    return every < askEveryMs.idle ? when : Math.floor(when / idleGridMs) * idleGridMs
  }

  #askEvery(peer: DatagramPeer): number {
    if (peer.remote === null) return peer.unanswered > longSilentAfter ? askEveryMs.longSilent : askEveryMs.silent
    if (peer.unanswered > 0) return askEveryMs.silent
    if (peer.isBusy) return askEveryMs.busy
    return this.#wire.isCalling ? askEveryMs.idle : goneAfterMs
  }

  #askSoon(when: number): void {
    if (when >= this.#nextAskAt) return
    this.#nextAskAt = when
    this.#parts.owner.wakeAt(when)
  }

  #ask(place: number, peer: DatagramPeer, now: number): void {
    peer.askedAt = now
    peer.unanswered += 1
    peer.isBusy = false
    // It may be another by now; and of a narrower one not every packet tells that is too long for it.
    this.#paths.measure(place)
    this.#heedProbe(this.#questions.ask(place, peer))
  }

  #silent(place: number, remote: string): void {
    this.gone(place)
    if (this.standing === 0) this.#owner.silent(remote)
  }
}
