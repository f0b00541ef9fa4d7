import { Doorkeeper } from "../load/doorkeeper.ts"
import { readInitiation, readTimestamp, writeInitiation } from "../noise/initiation.ts"
import type { Identity } from "../noise/keys.ts"
import { cookieReplyAt, initiationAt, responseAt, wordOf } from "../noise/messages.ts"
import { initiationsPerSecond, keySize, messageType } from "../noise/protocol.ts"
import { readResponse, writeResponse } from "../noise/response.ts"
import { encodeTai64n, nextTimestamp } from "../noise/tai64n.ts"
import type { TransportKeys } from "../noise/transcript.ts"
import { importPrivateKey, type KeyPair } from "../noise/x25519.ts"
import type { SessionContext } from "../peers/context.ts"
import type { Identities } from "../peers/identities.ts"
import { Keypair } from "../peers/keypair.ts"
import type { PeerState } from "../peers/peer-state.ts"
import type { PeerTable } from "../peers/peer-table.ts"
import type { HandshakeSource } from "../ports.ts"
import { refusal } from "../refusal.ts"

const never = Number.POSITIVE_INFINITY

/**
 * The handshakes of a session, in both roles. They do not disturb each other: when both ends begin at once, both complete.
 *
 *   we ask:     idle ──want──▶ asked ──response──▶ current keys
 *                               │ ▲ └──90 s────▶ given up
 *                               └─┘ 5 s: again, with the other of our static keys where there are two
 *   we answer:  an initiation is answered at once: `next` keys, which the peer's first message under them makes current
 */
export class Handshakes {
  readonly #context: SessionContext
  readonly #identities: Identities
  readonly #peers: PeerTable
  /** No initiation may bear this time or an earlier one. */
  readonly #stampedAfter: bigint
  /** The latest that any bore. */
  #stamp = 0n
  readonly #door: Doorkeeper
  /** We have the keys that we asked for. */
  readonly #onKeys: (peer: PeerState, now: number) => void

  constructor(
    context: SessionContext,
    identities: Identities,
    peers: PeerTable,
    stampedAfter: bigint,
    onKeys: (peer: PeerState, now: number) => void,
  ) {
    this.#context = context
    this.#identities = identities
    this.#peers = peers
    this.#stampedAfter = stampedAfter
    this.#door = new Doorkeeper({
      random: context.random,
      seed: this.#randomWord(),
      cookieRefreshMs: context.timers.cookieRefresh,
      addressee: (message) => identities.addressee(message),
      answer: (source, message) => context.owner.answer(source, message),
    })
    this.#onKeys = onKeys
  }

  /** Somebody wants new keys: begins a handshake, unless one is under way. Then this is hot. */
  want(peer: PeerState, now: number): void {
    const { timers } = peer
    // Who asks again has 90 seconds again.
    timers.beganAt = now
    if (timers.retryAt !== never || !this.#peers.isThere(peer)) return
    if (now - peer.sentHandshakeAt >= this.#context.timers.rekeyTimeout) {
      return this.#initiate(peer, peer.identity ?? this.#identities.current, now)
    }
    timers.jitter = this.#jitter()
    timers.retryAfter(peer.sentHandshakeAt)
  }

  /** The last initiation was not answered. */
  retry(peer: PeerState, now: number): void {
    const tried = peer.pending?.identity
    const identity = tried === undefined ? peer.identity : this.#identities.after(tried)
    this.#initiate(peer, identity ?? this.#identities.current, now)
  }

  /** `message`: a whole one of this type. Answers 0 or -refusal. */
  take(message: Uint8Array, type: number, source: HandshakeSource, now: number): number {
    if (type === messageType.cookieReply) return this.#takeCookie(message, now)
    const reason = this.#door.check(message, source, now)
    const identity = this.#door.addressee
    if (reason !== 0 || identity === undefined) return -reason
    return type === messageType.initiation
      ? this.#takeInitiation(message, identity, source, now)
      : this.#takeResponse(message, source, now)
  }

  end(): void {
    this.#door.end()
  }

  #initiate(peer: PeerState, identity: Identity, now: number): void {
    const { context, timers } = { context: this.#context, timers: peer.timers }
    const staticStatic = peer.sharedWith(identity)
    if (staticStatic === undefined) return timers.completed()
    const stamp = nextTimestamp(context.time(), this.#lastStampOf(peer, context.time()))
    const localIndex = this.#newIndex()
    const ephemeral = this.#newEphemeral()
    const keys = { identity, responder: peer.key, staticStatic, ephemeral }
    const written = writeInitiation(keys, localIndex, encodeTai64n(stamp))
    if (written === undefined) return timers.completed()
    this.#peers.dropPending(peer)
    peer.pending = { localIndex, identity, ephemeral, transcript: written.transcript }
    context.pending.add(localIndex, peer.place)
    this.#finish(peer, written.message, now)
    timers.jitter = this.#jitter()
    timers.retryAfter(now)
    peer.stamp = stamp
    if (stamp > this.#stamp) {
      this.#stamp = stamp
      context.owner.stamped(stamp)
    }
    context.owner.transmit(peer.place, written.message)
  }

  /**
   * A series for each peer: of one for all, many that are called at once would take it far ahead of the clock, and whoever starts
   * anew by the clock alone would be refused so long. A peer that is new may be an old one that was away: the clock, if it went
   * back since, is not believed.
   */
  #lastStampOf({ stamp }: PeerState, unixMs: number): bigint {
    const wentBack = BigInt(Math.floor(unixMs)) * 1_000_000n < this.#stamp
    const last = stamp === 0n && wentBack ? this.#stamp : stamp
    return last > this.#stampedAfter ? last : this.#stampedAfter
  }

  #takeInitiation(message: Uint8Array, identity: Identity, source: HandshakeSource, now: number): number {
    const read = readInitiation(message, identity)
    if (read === undefined) return -refusal.notAuthentic
    const peer = this.#peers.find(read.initiator)
    const staticStatic = peer?.sharedWith(identity)
    if (peer === undefined || staticStatic === undefined) {
      read.transcript.end()
      return -refusal.noPeer
    }
    const timestamp = readTimestamp(message, read.transcript, staticStatic)
    const reason = this.#checkTimestamp(peer, timestamp, now)
    const localIndex = this.#newIndex()
    const written =
      reason === 0 &&
      writeResponse(
        {
          transcript: read.transcript,
          initiator: peer.key,
          initiatorEphemeral: read.ephemeral,
          presharedKey: peer.presharedKey,
          ephemeral: this.#newEphemeral(),
        },
        localIndex,
        wordOf(message, initiationAt.sender),
      )
    read.transcript.end()
    if (!written || timestamp === undefined) return -(reason === 0 ? refusal.notAuthentic : reason)
    peer.timestamp.set(timestamp)
    peer.initiatedAt = now
    this.#cameFrom(peer, source.id, now)
    const remoteIndex = wordOf(message, initiationAt.sender)
    this.#addKeys(peer, { localIndex, remoteIndex, isInitiator: false, identity }, written.keys, now)
    this.#finish(peer, written.message, now)
    this.#context.owner.transmit(peer.place, written.message)
    return 0
  }

  #checkTimestamp(peer: PeerState, timestamp: Uint8Array | undefined, now: number): number {
    if (timestamp === undefined) return refusal.notAuthentic
    if (Buffer.compare(timestamp, peer.timestamp) <= 0) return refusal.oldInitiation
    return now - peer.initiatedAt < 1000 / initiationsPerSecond ? refusal.oldInitiation : 0
  }

  #takeResponse(message: Uint8Array, source: HandshakeSource, now: number): number {
    const place = this.#context.pending.find(wordOf(message, responseAt.receiver))
    const peer = place === null ? null : this.#peers.at(place)
    const pending = peer?.pending
    if (peer === null || pending == null || !this.#peers.isThere(peer)) return -refusal.unknownIndex
    const keys = readResponse(message, { ...pending, presharedKey: peer.presharedKey })
    if (keys === undefined) return -refusal.notAuthentic
    const { localIndex, identity } = pending
    this.#cameFrom(peer, source.id, now)
    const remoteIndex = wordOf(message, responseAt.sender)
    this.#addKeys(peer, { localIndex, remoteIndex, isInitiator: true, identity }, keys, now)
    this.#onKeys(peer, now)
    return 0
  }

  /** Of a peer that we sent an initiation or a response. It proves nothing of its source. */
  #takeCookie(message: Uint8Array, now: number): number {
    const index = wordOf(message, cookieReplyAt.receiver)
    const { pending, established } = this.#context
    const place = pending.find(index) ?? established.find(index)?.place
    const peer = place === undefined ? null : this.#peers.at(place)
    if (peer === null) return -refusal.unknownIndex
    return peer.cookies.take(message, now) ? 0 : -refusal.notAuthentic
  }

  #cameFrom(peer: PeerState, source: number, now: number): void {
    peer.timers.received(now, false)
    if (peer.source === source) return
    peer.source = source
    this.#context.owner.authenticated(peer.place, source)
  }

  #addKeys(
    peer: PeerState,
    spec: { localIndex: number; remoteIndex: number; isInitiator: boolean; identity: Identity },
    { fromInitiator, fromResponder }: TransportKeys,
    now: number,
  ): void {
    const { ciphers, schedule, timers } = this.#context
    const [sending, receiving] = spec.isInitiator ? [fromInitiator, fromResponder] : [fromResponder, fromInitiator]
    const pair = {
      sending: ciphers.create("chacha20-poly1305", sending),
      receiving: ciphers.create("chacha20-poly1305", receiving),
    }
    peer.keys.add(new Keypair({ ...spec, place: peer.place, createdAt: now }, { sending, receiving }, pair))
    schedule.at(peer.place, now + timers.rejectAfter)
  }

  /** The macs of a handshake message that is sent now. */
  #finish(peer: PeerState, message: Uint8Array, now: number): void {
    peer.cookies.writeMacs(message, now)
    peer.sentHandshakeAt = now
    peer.timers.sent(now, false)
  }

  #newEphemeral(): KeyPair {
    const raw = new Uint8Array(keySize)
    this.#context.random(raw)
    const pair = importPrivateKey(raw)
    raw.fill(0)
    return pair
  }

  #newIndex(): number {
    const { pending, established } = this.#context
    let index = this.#randomWord()
    while (pending.find(index) !== null || established.find(index) !== null) index = this.#randomWord()
    return index
  }

  #jitter(): number {
    return (this.#randomWord() >>> 0) % (this.#context.timers.rekeyJitter + 1)
  }

  #randomWord(): number {
    const word = new Int32Array(1)
    this.#context.random(new Uint8Array(word.buffer))
    return word[0] ?? 0
  }
}
