import { openOnce, sealOnce } from "./aead.ts"
import { derive, hash } from "./blake2s.ts"
import { construction, identifier } from "./protocol.ts"

const initialChainingKey = hash(new TextEncoder().encode(construction))
const initialHash = hash(initialChainingKey, new TextEncoder().encode(identifier))
const nothing = new Uint8Array(0)

/** The keys of one session's two directions. The first is the initiator's to send with. */
export interface TransportKeys {
  fromInitiator: Uint8Array
  fromResponder: Uint8Array
}

/** Chaining key and hash of a handshake that is under way: C and H of the paper. */
export class Transcript {
  #chainingKey: Uint8Array
  #hash: Uint8Array

  private constructor(chainingKey: Uint8Array, hashed: Uint8Array) {
    this.#chainingKey = Uint8Array.from(chainingKey)
    this.#hash = Uint8Array.from(hashed)
  }

  static begin(responder: Uint8Array): Transcript {
    return new Transcript(initialChainingKey, hash(initialHash, responder))
  }

  copy(): Transcript {
    return new Transcript(this.#chainingKey, this.#hash)
  }

  mixHash(bytes: Uint8Array): void {
    this.#hash = hash(this.#hash, bytes)
  }

  /** KDF1. A secret that is mixed in is zeroed by whoever made it. */
  mixKey(input: Uint8Array): void {
    this.#chain(derive(this.#chainingKey, input, 1))
  }

  /** KDF2: answers a key for `seal` or `open`, which zero it. */
  mixKeyAndTake(input: Uint8Array): Uint8Array {
    const [key = nothing] = this.#chain(derive(this.#chainingKey, input, 2))
    return key
  }

  /** KDF3, and the second result into the hash: the modifier psk2. */
  mixPresharedKey(presharedKey: Uint8Array): Uint8Array {
    const [mixed = nothing, key = nothing] = this.#chain(derive(this.#chainingKey, presharedKey, 3))
    this.mixHash(mixed)
    mixed.fill(0)
    return key
  }

  /** Writes to `into`, tag included. */
  seal(key: Uint8Array, plaintext: Uint8Array, into: Uint8Array): void {
    sealOnce(key, plaintext, this.#hash, into)
    key.fill(0)
    this.mixHash(into)
  }

  /** Undefined when it is not authentic. */
  open(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const plaintext = openOnce(key, sealed, this.#hash)
    key.fill(0)
    this.mixHash(sealed)
    return plaintext
  }

  split(): TransportKeys {
    const [fromInitiator = nothing, fromResponder = nothing] = derive(this.#chainingKey, nothing, 2)
    return { fromInitiator, fromResponder }
  }

  end(): void {
    this.#chainingKey.fill(0)
    this.#hash.fill(0)
  }

  #chain([chainingKey = nothing, ...rest]: Uint8Array[]): Uint8Array[] {
    this.#chainingKey.fill(0)
    this.#chainingKey = chainingKey
    return rest
  }
}
