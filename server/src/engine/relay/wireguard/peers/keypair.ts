import type { PacketCipher } from "../cipher/cipher.ts"
import { derive } from "../noise/blake2s.ts"
import type { Identity } from "../noise/keys.ts"
import { isCounterOld, isCounterSpent } from "../noise/protocol.ts"
import { ReplayWindow } from "../replay-window.ts"
import { Agreement } from "../tundeck/agreement.ts"

/** The ciphers of both directions. */
export interface CipherPair {
  sending: PacketCipher
  receiving: PacketCipher
}

/** Both directions' keys, 32 bytes each. */
export interface KeyMaterial {
  sending: Uint8Array
  receiving: Uint8Array
}

export interface KeypairSpec {
  place: number
  localIndex: number
  remoteIndex: number
  /** We sent the initiation: the one who makes the next keys in time. */
  isInitiator: boolean
  identity: Identity
  createdAt: number
}

/** The keys of one handshake, and how far they are used. */
export class Keypair {
  readonly place: number
  readonly localIndex: number
  readonly remoteIndex: number
  readonly isInitiator: boolean
  /** With which of our static keys it was made. */
  readonly identity: Identity
  /** Monotonic ms. */
  readonly createdAt: number
  readonly sending: PacketCipher
  readonly receiving: PacketCipher
  readonly window = new ReplayWindow()
  /** What both ends may do under it beside the protocol. */
  readonly agreement = new Agreement()
  /** Of messages that no stock peer knows, with keys of their own and the same counters. Ends with this. */
  second: CipherPair | null = null
  /** Of the next message to send, as two words of either sign. */
  counterLow = 0
  counterHigh = 0
  readonly #material: KeyMaterial

  /** `material` is the keypair's from now on. */
  constructor(spec: KeypairSpec, material: KeyMaterial, ciphers: CipherPair) {
    this.place = spec.place
    this.localIndex = spec.localIndex
    this.remoteIndex = spec.remoteIndex
    this.isInitiator = spec.isInitiator
    this.identity = spec.identity
    this.createdAt = spec.createdAt
    this.sending = ciphers.sending
    this.receiving = ciphers.receiving
    this.#material = material
  }

  /** Hot. */
  countUp(): void {
    this.counterLow = (this.counterLow + 1) | 0
    if (this.counterLow === 0) this.counterHigh = (this.counterHigh + 1) | 0
  }

  /** Hot. It may send: it is younger than `rejectAfter`, and has counters left. */
  sends(now: number, rejectAfter: number): boolean {
    return now - this.createdAt < rejectAfter && !isCounterSpent(this.counterLow, this.counterHigh)
  }

  /** Hot. It may receive a message with this counter. */
  receives(low: number, high: number, now: number, rejectAfter: number): boolean {
    return now - this.createdAt < rejectAfter && !isCounterSpent(low, high)
  }

  /** Hot. After sending: it is time for new keys. Of age takes care who asked for these; of the counter, either end. */
  isDue(now: number, rekeyAfter: number): boolean {
    return (this.isInitiator && now - this.createdAt >= rekeyAfter) || isCounterOld(this.counterHigh)
  }

  get isUnused(): boolean {
    return this.counterLow === 0 && this.counterHigh === 0
  }

  /** Keys of the same two directions for another purpose; the peer derives the same. `label`: at most 33 bytes of ASCII. */
  deriveKey(label: string): KeyMaterial {
    const input = new TextEncoder().encode(label)
    const of = (key: Uint8Array) => derive(key, input, 1)[0] ?? new Uint8Array(0)
    return { sending: of(this.#material.sending), receiving: of(this.#material.receiving) }
  }

  end(): void {
    this.#material.sending.fill(0)
    this.#material.receiving.fill(0)
    for (const { sending, receiving } of [this, ...(this.second === null ? [] : [this.second])]) {
      sending.end()
      receiving.end()
    }
    this.second = null
  }
}
