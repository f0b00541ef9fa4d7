import { expect, it } from "vitest"
import { NodeCiphers } from "./node-ciphers.ts"

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"))
const key = Uint8Array.from({ length: 32 }, (_, i) => i)
const kinds = ["chacha20-poly1305", "aes-256-gcm"] as const

function lay(plaintext: Uint8Array) {
  const bytes = new Uint8Array(64 + plaintext.length)
  bytes.set(plaintext, 16)
  return { bytes, ciphers: new NodeCiphers({ bytes }) }
}

// Under a zero key and nonce the tag of nothing is the second half of the first ChaCha20 block (RFC 8439, appendix A.1).
it("an empty message has a tag alone", () => {
  const { bytes, ciphers } = lay(new Uint8Array(0))
  const cipher = ciphers.create("chacha20-poly1305", new Uint8Array(32))
  expect(cipher.seal(16, 0, 0, 0)).toBe(true)
  expect(bytes.subarray(16, 32)).toEqual(hex("4eb972c9a8fb3a1b382bb4d36f5ffad1"))
})

it.each(kinds)("%s: what was sealed opens with the same counter and key alone", (kind) => {
  const plaintext = Uint8Array.from({ length: 48 }, (_, i) => 255 - i)
  const { bytes, ciphers } = lay(plaintext)
  const cipher = ciphers.create(kind, key)
  expect(cipher.seal(16, 48, -1, 5)).toBe(true)
  const sealed = bytes.slice()
  expect(sealed.subarray(16, 64)).not.toEqual(plaintext)
  expect(cipher.open(16, 48, -1, 5)).toBe(true)
  expect(bytes.subarray(16, 64)).toEqual(plaintext)
  for (const [low, high] of [
    [-2, 5],
    [-1, 4],
    [5, -1],
  ] as const) {
    bytes.set(sealed)
    expect(cipher.open(16, 48, low, high)).toBe(false)
  }
  bytes.set(sealed)
  bytes[63 + 16] = (bytes[63 + 16] ?? 0) ^ 1
  expect(cipher.open(16, 48, -1, 5)).toBe(false)
})

it.each(kinds)("%s: ended, it does neither", (kind) => {
  const { ciphers } = lay(new Uint8Array(16))
  const cipher = ciphers.create(kind, key)
  cipher.end()
  expect(cipher.seal(16, 16, 0, 0)).toBe(false)
  expect(cipher.open(16, 16, 0, 0)).toBe(false)
})
