import { randomFillSync } from "node:crypto"
import type { PacketCipher } from "../cipher/cipher.ts"
import type { Identity } from "../noise/keys.ts"
import { dataAt, dataOverhead, handshakeType } from "../noise/messages.ts"
import { aesDataType, messageType, publishedTimers, tagSize } from "../noise/protocol.ts"
import type { SessionContext } from "../peers/context.ts"
import { Identities } from "../peers/identities.ts"
import { IndexTable } from "../peers/index-table.ts"
import type { KeyMaterial, Keypair } from "../peers/keypair.ts"
import type { PeerState } from "../peers/peer-state.ts"
import { PeerTable } from "../peers/peer-table.ts"
import { Schedule } from "../peers/schedule.ts"
import type { HandshakeSource, SessionParts, SessionStatus, WireGuardIdentity, WireGuardPeer } from "../ports.ts"
import { refusal } from "../refusal.ts"
import { isEnvelope } from "../tundeck/envelope.ts"
import { feature } from "../tundeck/features.ts"
import { isControl } from "../tundeck/hello.ts"
import { TundeckTalk } from "../tundeck/tundeck-talk.ts"
import { Handshakes } from "./handshakes.ts"
import { paddedLength } from "./padding.ts"

const never = Number.POSITIVE_INFINITY
const empty = new Uint8Array(0)

/**
 * The WireGuard protocol of one tunnel with all its peers: bytes and `now` (monotonic ms of a clock that counts suspend) go in,
 * verdicts and messages come out. It does no I/O and owns no clock. A peer's place is its index in `peers`. The hot calls of one
 * wake-up get one `now`, as a parameter of whoever makes them: computed for each call it would be a heap number each time.
 */
export class WireGuardSession {
  /** Whose message `open` opened last. */
  openedPlace = -1
  /** What that peer may send (tundeck/features.ts) under the keys of that message. */
  openedTakes = 0
  readonly #memory: SessionParts["memory"]
  readonly #context: SessionContext
  readonly #identities: Identities
  readonly #peers: PeerTable
  readonly #handshakes: Handshakes
  readonly #tundeck: TundeckTalk | undefined
  readonly #rejectAfter: number
  readonly #rekeyAfter: number
  /** Whoever receives makes new keys as well, before the old ones die under the next message. */
  readonly #rekeyOnReceive: number
  #paddingLimit = 0

  constructor(identity: WireGuardIdentity, peers: readonly (WireGuardPeer | null)[], parts: SessionParts) {
    const { owner, ciphers, random = randomFillSync, time = Date.now } = parts
    const timers = { ...publishedTimers, ...parts.timers }
    this.#memory = parts.memory
    this.#context = {
      owner,
      ciphers,
      timers,
      schedule: new Schedule((when) => owner.wakeAt(when)),
      random: (bytes) => random(bytes),
      time,
      pending: new IndexTable(),
      established: new IndexTable(),
    }
    this.#rejectAfter = timers.rejectAfter
    this.#rekeyAfter = timers.rekeyAfter
    this.#rekeyOnReceive = timers.rejectAfter - timers.keepalive - timers.rekeyTimeout
    this.#identities = new Identities(identity)
    this.#peers = new PeerTable(this.#context)
    this.#handshakes = new Handshakes(
      this.#context,
      this.#identities,
      this.#peers,
      parts.stampedAfter,
      this.#completed.bind(this),
    )
    this.#tundeck =
      parts.tundeck &&
      new TundeckTalk(parts.tundeck, {
        ...{ memory: parts.memory, ciphers, schedule: this.#context.schedule },
        say: (peer, keypair, plaintext, now) => this.#say(peer, keypair, plaintext, now),
        renew: (peer, keypair, now) => {
          if (keypair.isDue(now, this.#rekeyAfter)) this.#handshakes.want(peer, now)
        },
      })
    this.#peers.set(peers)
  }

  /** Peers that stay (place, public key and preshared key are the same) keep their keys; the others' end at once. */
  setPeers(peers: readonly (WireGuardPeer | null)[]): void {
    this.#peers.set(peers)
  }

  /** Peers keep their keys, unless these were made with a private key that is neither of the two. */
  setIdentity(identity: WireGuardIdentity): void {
    const gone = this.#identities.set(identity)
    for (let place = 0; place < this.#peers.count; place++) {
      const peer = this.#peers.at(place)
      if (peer === null) continue
      for (const old of gone) this.#forget(peer, old)
    }
    for (const old of gone) old.end()
  }

  /** The inner MTU: packets are padded to 16 bytes, but not beyond it. 0: no limit. */
  setPaddingLimit(mtu: number): void {
    this.#paddingLimit = mtu
  }

  /**
   * Hot. Makes the packet of `length` bytes at `at` of the memory a message at `at - 16`; 32 bytes behind it are free. Answers the
   * message's length; 0 when there are no keys yet: a handshake is under way now, keep the packet until `owner.ready`; or
   * -refusal.
   */
  seal(place: number, at: number, length: number, now: number): number {
    const peer = this.#peers.at(place)
    if (peer === null || !peer.isActive) return -refusal.noPeer
    const keypair = peer.keys.current
    if (keypair === null || !keypair.sends(now, this.#rejectAfter)) {
      this.#handshakes.want(peer, now)
      return 0
    }
    const sealed = this.#seal(peer, keypair, at, length, now)
    if (keypair.isDue(now, this.#rekeyAfter)) this.#handshakes.want(peer, now)
    return sealed
  }

  /**
   * Hot. Opens the message of type 4 or 5 at `at`, which came from `source` (the transport's number for the address): its plaintext
   * then lies at `at + 16`, with padding. Answers its length, 0 for a keepalive and for what was said to the session; `openedPlace` says whose it is; or -refusal.
   * It also moves the timers: there is nothing else to tell the session. Padding, IP header and allowed IPs are the caller's.
   */
  open(at: number, length: number, source: number, now: number): number {
    const { view } = this.#memory
    const type = length < dataOverhead ? 0 : view.getInt32(at, true)
    if (type !== messageType.data && type !== aesDataType) return -refusal.malformed
    const keypair = this.#context.established.find(view.getInt32(at + dataAt.receiver, true))
    if (keypair === null) return -refusal.unknownIndex
    const low = view.getInt32(at + dataAt.counter, true)
    const high = view.getInt32(at + dataAt.counter + 4, true)
    if (!keypair.receives(low, high, now, this.#rejectAfter)) return -refusal.expired
    const plain = length - dataOverhead
    const cipher = type === messageType.data ? keypair.receiving : keypair.second?.receiving
    if (cipher === undefined) return -refusal.malformed
    if (!cipher.open(at + dataAt.payload, plain, low, high)) return -refusal.notAuthentic
    if (!keypair.window.take(low, high)) return -refusal.replayed
    const peer = this.#peers.at(keypair.place)
    if (peer === null) return -refusal.noPeer
    this.openedPlace = keypair.place
    if (peer.source !== source) {
      peer.source = source
      this.#context.owner.authenticated(keypair.place, source)
    }
    const isSaid = this.#tundeck !== undefined && isControl(view, at + dataAt.payload, plain)
    peer.timers.received(now, plain > 0 && !isSaid)
    if (keypair === peer.keys.next) {
      peer.keys.confirm()
      this.#completed(peer, now)
    }
    if (isSaid) {
      this.#tundeck?.take(peer, keypair, at + dataAt.payload, plain, now)
      return 0
    }
    if (keypair.agreement.isUnproven) this.#prove(peer, keypair, type, at + dataAt.payload, plain, now)
    this.openedTakes = keypair.agreement.takes
    const { current } = peer.keys
    if (current?.isInitiator && now - current.createdAt >= this.#rekeyOnReceive) this.#handshakes.want(peer, now)
    return plain
  }

  /** Cold. Takes a message of type 1, 2 or 3 at `at`. Answers 0 or -refusal. */
  takeHandshake(at: number, length: number, source: HandshakeSource, now: number): number {
    const type = handshakeType(this.#memory.view, at, length)
    if (type === 0) return -refusal.malformed
    // What is sent meanwhile may lie over it.
    return this.#handshakes.take(this.#memory.bytes.slice(at, at + length), type, source, now)
  }

  /** Somebody wants keys for this peer. Does nothing while there are some that need no others, unless they shall be new (`anew`). */
  initiate(place: number, now: number, anew = false): void {
    const peer = this.#peers.at(place)
    if (peer?.isActive && (anew || !this.#hasKeys(peer, now))) this.#handshakes.want(peer, now)
  }

  /** Does what is due at `now`; answers when to be called again. Call it once after the start: persistent keepalives begin. */
  alarm(now: number): number {
    const { schedule } = this.#context
    for (let place = 0; place < this.#peers.count; place++) {
      const peer = this.#peers.at(place)
      if (!schedule.takeDue(place, now) || peer === null) continue
      this.#alarmOf(peer, now)
      schedule.at(
        place,
        Math.min(peer.timers.nextAt, peer.talk.nextAt, peer.checkAt, peer.keys.oldestAt + this.#rejectAfter),
      )
    }
    return schedule.next()
  }

  status(place: number): SessionStatus | undefined {
    const peer = this.#peers.at(place)
    if (peer === null) return undefined
    return {
      handshakeAt: peer.handshakeAt,
      usesPreviousKey: this.#identities.isPrevious(peer.identity),
      isTundeck: peer.talk.isTundeck,
      cipher: this.#aesOf(peer.keys.current) === null ? "chacha20-poly1305" : "aes-256-gcm",
    }
  }

  /** Hot. Features (tundeck/features.ts) that may be used towards the peer; 0 without keys. */
  uses(place: number, now: number): number {
    const current = this.#peers.at(place)?.keys.current
    return current == null || now - current.createdAt >= this.#rejectAfter ? 0 : current.agreement.uses
  }

  /** Hot. More may be agreed on with the peer yet: there are no keys, or it may say something still. */
  mayYetAgree(place: number, now: number): boolean {
    const peer = this.#peers.at(place)
    if (peer === null) return false
    if (!this.#hasKeys(peer, now)) return true
    return peer.talk.decideAt !== never || (peer.keys.current?.agreement.isUnproven ?? false)
  }

  /** Keys for another purpose, of the keys that are sent with now; the peer derives the same the other way round. */
  deriveKey(place: number, label: string): KeyMaterial | undefined {
    return this.#peers.at(place)?.keys.current?.deriveKey(label)
  }

  /** Zeroes all secrets, and tells nobody. Afterwards there are no peers. */
  end(): void {
    this.#peers.end()
    this.#identities.end()
    this.#handshakes.end()
  }

  /** `isSaid`: by the session itself, to another Tundeck. */
  #seal(peer: PeerState, keypair: Keypair, at: number, length: number, now: number, isSaid = false): number {
    const { bytes, view } = this.#memory
    const padded = paddedLength(length, this.#paddingLimit)
    for (let i = length; i < padded; i++) bytes[at + i] = 0
    const low = keypair.counterLow
    const high = keypair.counterHigh
    keypair.countUp()
    const header = at - dataAt.payload
    const aes = isSaid ? null : this.#aesOf(keypair)
    view.setInt32(header, aes === null ? messageType.data : aesDataType, true)
    view.setInt32(header + dataAt.receiver, keypair.remoteIndex, true)
    view.setInt32(header + dataAt.counter, low, true)
    view.setInt32(header + dataAt.counter + 4, high, true)
    if (!(aes ?? keypair.sending).seal(at, padded, low, high)) return -refusal.cipherFailed
    peer.timers.sent(now, length > 0 && !isSaid)
    return dataAt.payload + padded + tagSize
  }

  #aesOf(keypair: Keypair | null): PacketCipher | null {
    if (keypair === null || (keypair.agreement.uses & feature.aes256Gcm) === 0) return null
    return keypair.second?.sending ?? null
  }

  /** Only who has our hello sends AES-256-GCM or envelopes. */
  #prove(peer: PeerState, keypair: Keypair, type: number, plain: number, length: number, now: number): void {
    const isProof = type === aesDataType || isEnvelope(this.#memory.view, plain, length)
    if (isProof) this.#tundeck?.prove(peer, keypair, now)
  }

  #hasKeys(peer: PeerState, now: number): boolean {
    return peer.keys.current?.sends(now, this.#rejectAfter) ?? false
  }

  #sendKeepalive(peer: PeerState, now: number): void {
    this.#transmit(peer, empty, (at) => this.seal(peer.place, at, 0, now))
  }

  #say(peer: PeerState, keypair: Keypair, plaintext: Uint8Array, now: number): void {
    if (!keypair.sends(now, this.#rejectAfter)) return
    this.#transmit(peer, plaintext, (at) => this.#seal(peer, keypair, at, plaintext.length, now, true))
  }

  /** A message made where others may lie: they are put back. */
  #transmit(peer: PeerState, plaintext: Uint8Array, seal: (at: number) => number): void {
    const { bytes } = this.#memory
    const lain = bytes.slice(0, dataOverhead + paddedLength(plaintext.length, 0))
    bytes.set(plaintext, dataAt.payload)
    const length = seal(dataAt.payload)
    const message = bytes.slice(0, Math.max(0, length))
    bytes.set(lain)
    if (length > 0) this.#context.owner.transmit(peer.place, message)
  }

  /** There are new keys to send with. */
  #completed(peer: PeerState, now: number): void {
    const { current } = peer.keys
    if (current === null) return
    this.#peers.dropPending(peer)
    peer.timers.completed()
    peer.identity = current.identity
    peer.handshakeAt = this.#context.time()
    this.#context.owner.established(peer.place, peer.handshakeAt)
    this.#tundeck?.begin(peer, current, now)
    this.#context.owner.ready(peer.place)
    // Whoever answered waits for a first message under the keys.
    if (current.isInitiator && current === peer.keys.current && current.isUnused) this.#sendKeepalive(peer, now)
  }

  #alarmOf(peer: PeerState, now: number): void {
    const { timers, keys } = peer
    if (now >= peer.checkAt) this.#peers.look(peer, now)
    if (!peer.isActive) return
    const hadKeys = keys.current !== null
    keys.endUntil(now - this.#rejectAfter)
    if (hadKeys && keys.current === null && timers.retryAt === never) this.#context.owner.ended(peer.place)
    this.#tundeck?.alarm(peer, now)
    if (now >= timers.retryAt) this.#retry(peer, now)
    if (now >= timers.keepaliveAt) {
      this.#sendKeepalive(peer, now)
      timers.keptAlive(now)
    }
    if (now >= timers.silenceAt) {
      timers.silenceAt = never
      this.#handshakes.want(peer, now)
    }
    if (now >= timers.persistentAt) {
      timers.persistFrom(now)
      this.#sendKeepalive(peer, now)
    }
  }

  #retry(peer: PeerState, now: number): void {
    peer.timers.retryAt = never
    if (!peer.timers.isGivenUp(now)) return this.#handshakes.retry(peer, now)
    this.#peers.dropPending(peer)
    peer.timers.keepaliveAt = never
    if (!this.#hasKeys(peer, now)) this.#context.owner.ended(peer.place)
  }

  /** Our static key is no more: nor is what was made with it. */
  #forget(peer: PeerState, identity: Identity): void {
    if (peer.pending?.identity === identity) {
      this.#peers.dropPending(peer)
      peer.timers.completed()
    }
    const hadKeys = peer.keys.current !== null
    peer.keys.endThoseOf(identity)
    peer.forget(identity)
    if (hadKeys && peer.keys.current === null) this.#context.owner.ended(peer.place)
  }
}
