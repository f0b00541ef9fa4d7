import type { HandshakeSource, SessionParts, SessionStatus, WireGuardIdentity, WireGuardPeer } from "./ports.ts"
import { refusal } from "./refusal.ts"

/**
 * The WireGuard protocol of one tunnel with all its peers: bytes and `now` (monotonic ms of a clock that counts suspend) go in,
 * verdicts and messages come out. It does no I/O and owns no clock. A peer's place is its index in `peers`.
 */
export class WireGuardSession {
  /** Whose message `open` opened last. */
  openedPlace = -1
  readonly #parts: SessionParts
  #identity: WireGuardIdentity
  #peers: readonly (WireGuardPeer | null)[]
  #paddingLimit = 0

  constructor(identity: WireGuardIdentity, peers: readonly (WireGuardPeer | null)[], parts: SessionParts) {
    this.#identity = identity
    this.#peers = peers
    this.#parts = parts
  }

  /** Peers that stay (place, public key and preshared key are the same) keep their keys; the others' end at once. */
  setPeers(peers: readonly (WireGuardPeer | null)[]): void {
    this.#peers = peers
    this.#parts.owner.wakeAt(0)
  }

  /** Peers keep their keys, unless these were made with a private key that is neither of the two. */
  setIdentity(identity: WireGuardIdentity): void {
    this.#identity = identity
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
    const isThere = this.#peers[place] != null && at > 15 && length >= 0 && now >= 0 && this.#paddingLimit >= 0
    return isThere ? 0 : -refusal.noPeer
  }

  /**
   * Hot. Opens the message of type 4 at `at`, which came from `source` (the transport's number for the address): its plaintext
   * then lies at `at + 16`, with padding. Answers its length, 0 for a keepalive; `openedPlace` says whose it is; or -refusal.
   * It also moves the timers: there is nothing else to tell the session. Padding, IP header and allowed IPs are the caller's.
   */
  open(at: number, length: number, source: number, now: number): number {
    return at + length + source + now < 0 ? 0 : -refusal.unknownIndex
  }

  /** Cold. Takes a message of type 1, 2 or 3 at `at`. Answers 0 or -refusal. */
  takeHandshake(at: number, length: number, source: HandshakeSource, now: number): number {
    return at + length + source.id + now < 0 ? 0 : -refusal.malformed
  }

  /** Somebody wants keys for this peer. Does nothing when there are fresh ones. */
  initiate(place: number, now: number): void {
    this.seal(place, 16, 0, now)
  }

  /** Does what is due at `now`; answers when to be called again. Call it once after the start: persistent keepalives begin. */
  alarm(now: number): number {
    return now < 0 ? now : Number.POSITIVE_INFINITY
  }

  status(place: number): SessionStatus | undefined {
    return this.#peers[place] == null ? undefined : { handshakeAt: null, usesPreviousKey: false }
  }

  /** Zeroes all secrets. Nothing may be called afterwards. */
  end(): void {
    this.#identity.privateKey.fill(0)
  }
}
