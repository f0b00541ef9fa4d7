import { createCipheriv, randomBytes } from "node:crypto"
import type { CipherKind, PacketCiphers } from "./cipher.ts"
import { cipherVectors } from "./vectors.ts"

const tagSize = 16
/** About a block of ChaCha20, of AES, of what their widest implementations do at once; and a packet. */
const lengths = [0, 1, 15, 16, 64, 100, 256, 511, 1024, 1420]
/** What the test writes to: from the memory's start. */
export const selfTestBytes = 2048

/** Do these ciphers answer what is published, and what node:crypto answers? Writes to the memory's start, and zeroes it. */
export function passesSelfTest(ciphers: PacketCiphers, bytes: Uint8Array): boolean {
  try {
    return answersVectors(ciphers, bytes) && answersLikeNode(ciphers, bytes)
  } catch {
    return false
  } finally {
    bytes.fill(0, 0, selfTestBytes)
  }
}

function answersVectors(ciphers: PacketCiphers, bytes: Uint8Array): boolean {
  return cipherVectors.every(({ kind, key, counterLow, counterHigh, plaintext, ciphertext, tag }) => {
    const [plain, sealed] = [Buffer.from(plaintext, "hex"), Buffer.from(ciphertext + (tag ?? ""), "hex")]
    const cipher = ciphers.create(kind, Buffer.from(key, "hex"))
    bytes.set(plain)
    const isSealed = cipher.seal(0, plain.length, counterLow, counterHigh)
    const isRight = isSealed && sealed.equals(bytes.subarray(0, sealed.length))
    cipher.end()
    return isRight
  })
}

function answersLikeNode(ciphers: PacketCiphers, bytes: Uint8Array): boolean {
  return (["chacha20-poly1305", "aes-256-gcm"] as const).every((kind) => {
    const key = randomBytes(32)
    const cipher = ciphers.create(kind, key)
    const areRight = lengths.every((length) => {
      const [plain, counter] = [randomBytes(length), randomBytes(8)]
      const [low, high] = [counter.readUInt32LE(0), counter.readUInt32LE(4)]
      const sealed = sealByNode(kind, key, counter, plain)
      bytes.set(plain)
      if (!cipher.seal(0, length, low, high) || !sealed.equals(bytes.subarray(0, sealed.length))) return false
      if (!cipher.open(0, length, low, high) || !plain.equals(bytes.subarray(0, length))) return false
      bytes.set(sealed)
      return !cipher.open(0, length, ~low, high)
    })
    cipher.end()
    return areRight
  })
}

/** Ciphertext and tag. */
export function sealByNode(kind: CipherKind, key: Uint8Array, counter: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = Buffer.concat([new Uint8Array(4), counter])
  // The overloads of the two kinds are the same function.
  const cipher = createCipheriv(kind as "aes-256-gcm", key, nonce, { authTagLength: tagSize })
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}
