import { type Aead, aeadKeyBytes } from "@tundeck/native-bindings"
import type { RelayMemory } from "../../memory.ts"
import type { CipherKind, NamedCiphers, PacketCipher } from "./cipher.ts"

/** The packet ciphers by OpenSSL's EVP, called by address. */
export class EvpCiphers implements NamedCiphers {
  readonly name = "evp"
  readonly #aead: Aead
  readonly #memory: RelayMemory

  constructor(aead: Aead, memory: RelayMemory) {
    this.#aead = aead
    this.#memory = memory
  }

  create(kind: CipherKind, key: Uint8Array): PacketCipher {
    if (key.length !== aeadKeyBytes) throw new RangeError(`a key of ${key.length} bytes`)
    return new EvpCipher(this.#aead, this.#memory, kind, key)
  }
}

class EvpCipher implements PacketCipher {
  readonly #aead: Aead
  readonly #memory: RelayMemory
  // Null at first: V8 then keeps a context above 2^31 as the object that it is, and a call makes no new one.
  #sealing: number | null = null
  #opening: number | null = null

  constructor(aead: Aead, memory: RelayMemory, kind: CipherKind, key: Uint8Array) {
    this.#aead = aead
    this.#memory = memory
    this.#sealing = aead.createSealing(kind, key)
    this.#opening = aead.createOpening(kind, key)
    if (this.#sealing !== 0 && this.#opening !== 0) return
    this.end()
    throw new Error(`OpenSSL refuses ${kind}`)
  }

  seal(at: number, length: number, counterLow: number, counterHigh: number): boolean {
    if (this.#sealing === null) return false
    return this.#aead.seal(this.#sealing, this.#memory.address + at, length, counterLow, counterHigh) === 1
  }

  open(at: number, length: number, counterLow: number, counterHigh: number): boolean {
    if (this.#opening === null) return false
    return this.#aead.open(this.#opening, this.#memory.address + at, length, counterLow, counterHigh) === 1
  }

  end(): void {
    if (this.#sealing) this.#aead.free(this.#sealing)
    if (this.#opening) this.#aead.free(this.#opening)
    this.#sealing = null
    this.#opening = null
  }
}
