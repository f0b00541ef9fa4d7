import { createCipheriv, createDecipheriv } from "node:crypto"
import { tagSize } from "./protocol.ts"

// ChaCha20-Poly1305 (RFC 8439) as the handshake uses it: each key once, with nonce 0.

const nonce = new Uint8Array(12)
const algorithm = "chacha20-poly1305"
const options = { authTagLength: tagSize }

/** Writes ciphertext and tag to `into`. */
export function sealOnce(key: Uint8Array, plaintext: Uint8Array, additional: Uint8Array, into: Uint8Array): void {
  const cipher = createCipheriv(algorithm, key, nonce, options)
  cipher.setAAD(additional, { plaintextLength: plaintext.length })
  into.set(cipher.update(plaintext))
  cipher.final()
  into.set(cipher.getAuthTag(), plaintext.length)
}

/** The plaintext; undefined when the tag behind it is not authentic. */
export function openOnce(key: Uint8Array, sealed: Uint8Array, additional: Uint8Array): Uint8Array | undefined {
  const length = sealed.length - tagSize
  const decipher = createDecipheriv(algorithm, key, nonce, options)
  decipher.setAAD(additional, { plaintextLength: length })
  decipher.setAuthTag(sealed.subarray(length))
  const plaintext = decipher.update(sealed.subarray(0, length))
  try {
    decipher.final()
    return plaintext
  } catch {
    return undefined
  }
}
