import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { RelayMemory } from "../../memory.ts"
import type { CipherKind, PacketCiphers } from "./cipher.ts"
import { passesSelfTest, sealByNode, selfTestBytes } from "./self-test.ts"
import { cipherVectors } from "./vectors.ts"

const tagSize = 16
const at = 4096
const largest = 65_535
const kinds: CipherKind[] = ["chacha20-poly1305", "aes-256-gcm"]
const allLengths = [...Array(1501).keys(), 16_384, 65_000, largest]
const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"))

/** What every PacketCiphers keeps. */
export function cipherContract(name: string, make: (memory: RelayMemory) => PacketCiphers): void {
  describe(`the contract of packet ciphers: ${name}`, () => {
    const memory = new RelayMemory(256 * 1024, true)
    const { bytes } = memory
    const ciphers = make(memory)
    const key = randomBytes(32)
    const laid = (length: number) => bytes.slice(at, at + length)
    const sealed = (kind: CipherKind, plain: Uint8Array) => {
      const cipher = ciphers.create(kind, key)
      bytes.set(plain, at)
      expect(cipher.seal(at, plain.length, 7, 0)).toBe(true)
      return { cipher, bytes: laid(plain.length + tagSize) }
    }

    it.each(cipherVectors)("answers $source ($kind)", (vector) => {
      const cipher = ciphers.create(vector.kind, hex(vector.key))
      const { counterLow, counterHigh } = vector
      const [plain, expected] = [hex(vector.plaintext), hex(vector.ciphertext + (vector.tag ?? ""))]
      bytes.set(plain, at)
      expect(cipher.seal(at, plain.length, counterLow, counterHigh)).toBe(true)
      expect(laid(expected.length)).toEqual(expected)
      expect(cipher.open(at, plain.length, counterLow, counterHigh)).toBe(true)
      expect(laid(plain.length)).toEqual(plain)
      cipher.end()
    })

    it("passes the test at start, which leaves no trace", () => {
      bytes.fill(1, 0, selfTestBytes + 1)
      expect(passesSelfTest(ciphers, bytes)).toBe(true)
      expect(bytes.subarray(0, selfTestBytes).every((byte) => byte === 0)).toBe(true)
      expect(bytes[selfTestBytes]).toBe(1)
    })

    describe.each(kinds)("%s", (kind) => {
      it("seals every length as node:crypto does, opens it again, and touches nothing beside it", () => {
        const cipher = ciphers.create(kind, key)
        const counter = new Uint8Array(8)
        for (const length of allLengths) {
          const plain = randomBytes(length)
          bytes.fill(0xee, at - 64, at + length + tagSize + 64)
          bytes.set(plain, at)
          counter[0] = length
          counter[1] = length >> 8
          expect(cipher.seal(at, length, length, 0)).toBe(true)
          if (!sealByNode(kind, key, counter, plain).equals(laid(length + tagSize)))
            expect.fail(`sealed ${length} bytes`)
          expect(cipher.open(at, length, length, 0)).toBe(true)
          if (!plain.equals(laid(length))) expect.fail(`opened ${length} bytes`)
          const beside = [
            ...bytes.slice(at - 64, at),
            ...bytes.slice(at + length + tagSize, at + length + tagSize + 64),
          ]
          expect(beside.every((byte) => byte === 0xee)).toBe(true)
        }
        cipher.end()
      })

      it("both halves of the counter are in the nonce, little-endian, whatever their sign", () => {
        const cipher = ciphers.create(kind, key)
        const plain = randomBytes(33)
        const half = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 1, 0x7fff_ffff, 2 ** 31))
        const property = fc.property(half, half, fc.boolean(), (low, high, isSigned) => {
          const counter = Buffer.alloc(8)
          counter.writeUInt32LE(low)
          counter.writeUInt32LE(high, 4)
          bytes.set(plain, at)
          expect(isSigned ? cipher.seal(at, 33, low | 0, high | 0) : cipher.seal(at, 33, low, high)).toBe(true)
          expect(sealByNode(kind, key, counter, plain).equals(laid(33 + tagSize))).toBe(true)
          expect(isSigned ? cipher.open(at, 33, low, high) : cipher.open(at, 33, low | 0, high | 0)).toBe(true)
        })
        fc.assert(property)
        cipher.end()
      })

      it.each([0, 1, 100])("no bit of %i bytes and their tag can be another", (length) => {
        const { cipher, bytes: whole } = sealed(kind, randomBytes(length))
        for (let bit = 0; bit < whole.length * 8; bit++) {
          bytes.set(whole, at)
          bytes[at + (bit >> 3)] = (whole[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          expect(cipher.open(at, length, 7, 0)).toBe(false)
        }
        cipher.end()
      })

      it("another counter, length, place or key opens nothing, and what is right still opens", () => {
        const plain = randomBytes(64)
        const { cipher, bytes: whole } = sealed(kind, plain)
        const other = ciphers.create(kind, randomBytes(32))
        const tries: [string, () => boolean][] = [
          ["the next counter", () => cipher.open(at, 64, 8, 0)],
          ["the halves exchanged", () => cipher.open(at, 64, 0, 7)],
          ["another upper half", () => cipher.open(at, 64, 7, 1)],
          ["one byte less", () => cipher.open(at, 63, 7, 0)],
          ["one byte more", () => cipher.open(at, 65, 7, 0)],
          ["one byte further", () => cipher.open(at + 1, 64, 7, 0)],
          ["another key", () => other.open(at, 64, 7, 0)],
        ]
        for (const [what, open] of tries) {
          bytes.set(whole, at)
          expect(open(), what).toBe(false)
          bytes.set(whole, at)
          expect(cipher.open(at, 64, 7, 0), `after ${what}`).toBe(true)
          expect(Buffer.from(laid(64)).equals(plain)).toBe(true)
        }
        cipher.end()
        other.end()
      })

      it("the key is copied, and a key of another length is refused", () => {
        const mine = Uint8Array.from(key)
        const cipher = ciphers.create(kind, mine)
        mine.fill(0)
        const { cipher: same, bytes: whole } = sealed(kind, randomBytes(10))
        bytes.set(whole, at)
        expect(cipher.open(at, 10, 7, 0)).toBe(true)
        for (const length of [0, 16, 31, 33]) expect(() => ciphers.create(kind, new Uint8Array(length))).toThrow()
        cipher.end()
        same.end()
      })

      it("ended, once or twice, it does neither; others are as they were", () => {
        const { cipher, bytes: whole } = sealed(kind, randomBytes(20))
        const other = ciphers.create(kind, key)
        cipher.end()
        cipher.end()
        expect(cipher.seal(at, 20, 7, 0)).toBe(false)
        expect(cipher.open(at, 20, 7, 0)).toBe(false)
        expect(laid(20 + tagSize)).toEqual(whole)
        expect(other.open(at, 20, 7, 0)).toBe(true)
        other.end()
      })
    })
  })
}
