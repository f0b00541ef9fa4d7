import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { expect, it } from "vitest"
import { openOnce, sealOnce } from "./aead.ts"
import { derive, hash, hmac, mac } from "./blake2s.ts"
import { importPrivateKey, importPublicKey, sharedSecret } from "./x25519.ts"

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"))
const toHex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex")
const range = (from: number, count: number) => Uint8Array.from({ length: count }, (_, i) => from + i)

// RFC 7748 section 5.2
it.each([
  [
    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  ],
  [
    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  ],
])("X25519 of %s", (scalar, point, product) => {
  const { privateKey } = importPrivateKey(hex(scalar))
  expect(toHex(sharedSecret(privateKey, importPublicKey(hex(point))))).toBe(product)
})

// RFC 7693 appendix B, and the first keyed vector of the reference implementation cut to what the protocol has.
it("BLAKE2s of abc, in one part and in two", () => {
  const digest = "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"
  expect(toHex(hash(hex("616263")))).toBe(digest)
  expect(toHex(hash(hex("61"), hex("6263")))).toBe(digest)
})

it("a keyed BLAKE2s has 16 bytes and depends on every byte of key and input", () => {
  const key = range(0, 32)
  const input = range(7, 100)
  const right = toHex(mac(key, input))
  expect(right).toHaveLength(32)
  for (const bytes of [key, input]) {
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = (bytes[i] ?? 0) ^ 1
      expect(toHex(mac(key, input))).not.toBe(right)
      bytes[i] = (bytes[i] ?? 0) ^ 1
    }
  }
})

// wireguard-go, device/kdf_test.go
it.each([
  [
    "746573742d6b6579",
    "746573742d696e707574",
    "6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633",
    "df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a",
    "fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24",
  ],
  [
    "776972656775617264",
    "776972656775617264",
    "491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8",
    "1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f",
    "31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160",
  ],
  [
    "",
    "",
    "8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0",
    "58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e",
    "0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e",
  ],
])("KDF of key %s", (key, input, ...expected) => {
  for (const count of [1, 2, 3] as const) {
    expect(derive(hex(key), hex(input), count).map(toHex)).toEqual(expected.slice(0, count))
  }
})

it("an HMAC leaves nothing of one key to the next", () => {
  const short = hmac(hex("01"), hex("02"))
  hmac(new Uint8Array(32).fill(255), new Uint8Array(33).fill(255))
  expect(hmac(hex("01"), hex("02"))).toEqual(short)
})

it("a box of the handshake opens with its key and additional data alone", () => {
  const [key, other] = [range(0, 32), range(1, 32)]
  const plaintext = range(50, 12)
  const sealed = new Uint8Array(28)
  sealOnce(key, plaintext, other, sealed)
  expect(openOnce(key, sealed, other)).toEqual(Buffer.from(plaintext))
  expect(openOnce(other, sealed, other)).toBeUndefined()
  expect(openOnce(key, sealed, key)).toBeUndefined()
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const flipped = Uint8Array.from(sealed)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(openOnce(key, flipped, other)).toBeUndefined()
  }
})

// draft-irtf-cfrg-xchacha-03 appendix A.3.1
it("XChaCha20-Poly1305 of the draft", () => {
  const plaintext = new TextEncoder().encode(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  )
  const sealed = xchacha20poly1305(range(0x80, 32), range(0x40, 24), hex("50515253c0c1c2c3c4c5c6c7")).encrypt(plaintext)
  expect(toHex(sealed.subarray(0, 32))).toBe("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb")
  expect(toHex(sealed.subarray(-16))).toBe("c0875924c1c7987947deafd8780acf49")
})
