/** The data ciphers: ChaCha20-Poly1305 on the stock wire, AES-256-GCM between two Tundecks that agreed on it. */
export type CipherKind = "chacha20-poly1305" | "aes-256-gcm"

export interface PacketCiphers {
  /** Cold. `key`: 32 bytes, copied. */
  create(kind: CipherKind, key: Uint8Array): PacketCipher
}

/**
 * One direction of a keypair, in place on the worker's memory. The nonce is 32 zero bits and the 64-bit counter, little-endian,
 * for both kinds; there is no additional data. Hot: throws nothing, allocates nothing.
 */
export interface PacketCipher {
  /** Ciphertext over the plaintext, the tag of 16 bytes behind it. `counterLow`, `counterHigh`: 32-bit words, of either sign. */
  seal(at: number, length: number, counterLow: number, counterHigh: number): boolean
  /** Plaintext over the ciphertext. `length`: without the tag, which stands behind. False: not authentic; the bytes are undefined then. */
  open(at: number, length: number, counterLow: number, counterHigh: number): boolean
  /** Zeroes the key. Afterwards both answer false. */
  end(): void
}

/** `evp` is OpenSSL called by address; `node` is node:crypto, which is slower and allocates for each packet. */
export interface NamedCiphers extends PacketCiphers {
  readonly name: "evp" | "node"
}
