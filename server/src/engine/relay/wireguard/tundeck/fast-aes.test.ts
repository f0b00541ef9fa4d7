import { expect, it } from "vitest"
import type { PacketCiphers } from "../cipher/cipher.ts"
import { hasFastAes } from "./fast-aes.ts"

/** Ciphers of which each packet takes so long by a clock of their own. */
function ciphersTaking(aes: number, chacha: number) {
  let now = 0
  const ciphers: PacketCiphers = {
    create: (kind) => ({
      seal() {
        now += kind === "aes-256-gcm" ? aes : chacha
        return true
      },
      open: () => true,
      end() {},
    }),
  }
  return { ciphers, clock: () => now }
}

it.each([
  [0.4, 1.1, true],
  [9, 1.1, false],
  [1, 1, false],
])("AES in %f us and ChaCha20 in %f us: %s", (aes, chacha, isFast) => {
  const { ciphers, clock } = ciphersTaking(aes, chacha)
  expect(hasFastAes(ciphers, { bytes: new Uint8Array(4096) }, clock)).toBe(isFast)
})
