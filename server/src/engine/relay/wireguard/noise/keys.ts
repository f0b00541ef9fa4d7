import { type KeyObject, timingSafeEqual } from "node:crypto"
import { hash } from "./blake2s.ts"
import { labelCookie, labelMac1 } from "./protocol.ts"
import { importPrivateKey, importPublicKey, type KeyPair } from "./x25519.ts"

const bytesOf = (label: string) => new TextEncoder().encode(label)
const mac1Label = bytesOf(labelMac1)
const cookieLabel = bytesOf(labelCookie)

/** A static public key, and what is made of it once: keys of its macs, which are no secrets. */
export class StaticKey {
  readonly bytes: Uint8Array
  readonly key: KeyObject
  /** Of the mac1 of what is sent to its owner. */
  readonly mac1Key: Uint8Array
  /** Of the cookies that its owner sends. */
  readonly cookieKey: Uint8Array

  /** `bytes`: 32, copied. */
  constructor(bytes: Uint8Array) {
    this.bytes = Uint8Array.from(bytes)
    this.key = importPublicKey(bytes)
    this.mac1Key = hash(mac1Label, bytes)
    this.cookieKey = hash(cookieLabel, bytes)
  }
}

/** A static private key of ours. */
export class Identity {
  readonly pair: KeyPair
  readonly public: StaticKey
  readonly #raw: Uint8Array

  /** `raw`: 32 bytes, copied. */
  constructor(raw: Uint8Array) {
    this.#raw = Uint8Array.from(raw)
    this.pair = importPrivateKey(raw)
    this.public = new StaticKey(this.pair.publicKey)
  }

  is(raw: Uint8Array): boolean {
    return raw.length === this.#raw.length && timingSafeEqual(raw, this.#raw)
  }

  /** What node:crypto holds is zeroed when it is collected. */
  end(): void {
    this.#raw.fill(0)
  }
}
