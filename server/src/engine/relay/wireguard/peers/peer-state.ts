import { CookieJar } from "../noise/cookies.ts"
import { type Identity, StaticKey } from "../noise/keys.ts"
import { timestampSize } from "../noise/protocol.ts"
import type { Transcript } from "../noise/transcript.ts"
import { type KeyPair, sharedSecret } from "../noise/x25519.ts"
import type { WireGuardPeer } from "../ports.ts"
import { PeerTalk } from "../tundeck/peer-talk.ts"
import type { SessionContext } from "./context.ts"
import { Keypairs } from "./keypairs.ts"
import { PeerTimers } from "./peer-timers.ts"

const never = Number.POSITIVE_INFINITY
const noPresharedKey = new Uint8Array(32)

/** An initiation that was sent and not answered yet. */
export interface PendingHandshake {
  localIndex: number
  identity: Identity
  ephemeral: KeyPair
  transcript: Transcript
}

/** What the session keeps of one peer. */
export class PeerState {
  readonly place: number
  readonly key: StaticKey
  readonly presharedKey: Uint8Array
  readonly keys: Keypairs
  readonly timers: PeerTimers
  readonly cookies: CookieJar
  readonly talk = new PeerTalk()
  // What is wanted of it.
  isEnabled = false
  expiresAt: number | null = null
  keepaliveMs = 0
  /** Enabled and not past its date, when it was looked at last. */
  isActive = false
  /** When its date has to be looked at again, monotonic ms. */
  checkAt = never
  pending: PendingHandshake | null = null
  /** With which of our static keys the last handshake completed. */
  identity: Identity | null = null
  /** Whence its last authentic message came; -1: none. */
  source = -1
  /** Of its last initiation: only a later one is taken. */
  readonly timestamp = new Uint8Array(timestampSize)
  initiatedAt = Number.NEGATIVE_INFINITY
  /** What our last initiation to it bore. */
  stamp = 0n
  /** When the last initiation or response was sent to it. */
  sentHandshakeAt = Number.NEGATIVE_INFINITY
  /** Unix ms. */
  handshakeAt: number | null = null
  readonly #shared = new Map<Identity, Uint8Array | undefined>()

  constructor(place: number, wanted: WireGuardPeer, context: SessionContext) {
    this.place = place
    this.key = new StaticKey(wanted.publicKey)
    this.presharedKey = Uint8Array.from(wanted.presharedKey ?? noPresharedKey)
    this.keys = new Keypairs(context.established)
    this.timers = new PeerTimers(place, context.schedule, context.timers)
    this.cookies = new CookieJar(this.key, context.timers.cookieRefresh)
  }

  /** The same peer, with the same secrets. */
  is(wanted: WireGuardPeer | null | undefined): boolean {
    return (
      wanted != null &&
      Buffer.compare(this.key.bytes, wanted.publicKey) === 0 &&
      Buffer.compare(this.presharedKey, wanted.presharedKey ?? noPresharedKey) === 0
    )
  }

  /** The secret of both static keys, made once; undefined when the peer's is of low order. */
  sharedWith(identity: Identity): Uint8Array | undefined {
    if (!this.#shared.has(identity)) {
      this.#shared.set(identity, sharedSecret(identity.pair.privateKey, this.key.key))
    }
    return this.#shared.get(identity)
  }

  /** Our static key is no more. */
  forget(identity: Identity): void {
    this.#shared.get(identity)?.fill(0)
    this.#shared.delete(identity)
    if (this.identity === identity) this.identity = null
  }

  end(): void {
    for (const identity of this.#shared.keys()) this.forget(identity)
    this.presharedKey.fill(0)
  }
}
