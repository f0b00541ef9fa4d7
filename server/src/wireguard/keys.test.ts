import { wireguardKey } from "@tundeck/shared"
import { expect, it } from "vitest"
import { newPresharedKey, newPrivateKey, publicKeyOf } from "./keys.ts"

const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64")

it.each([
  // RFC 7748, section 6.1
  [
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  ],
  [
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  ],
])("the public key to %s", (privateKey, publicKey) => {
  expect(publicKeyOf(base64(privateKey))).toBe(base64(publicKey))
})

it("a made key is one that WireGuard takes as it is", () => {
  for (let i = 0; i < 50; i++) {
    const key = wireguardKey.parse(newPrivateKey())
    const bytes = Buffer.from(key, "base64")
    expect([(bytes[0] ?? 0) & 7, (bytes[31] ?? 0) >> 6]).toEqual([0, 1])
    expect(wireguardKey.parse(publicKeyOf(key))).not.toBe(key)
    expect(wireguardKey.parse(newPresharedKey())).toHaveLength(44)
  }
})

it("no two are equal", () => {
  expect(new Set(Array.from({ length: 100 }, newPrivateKey)).size).toBe(100)
})
