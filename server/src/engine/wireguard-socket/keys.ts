import { createPrivateKey, createPublicKey } from "node:crypto"

const keyHex = /^[0-9a-f]{64}$/i
const zeroHex = "0".repeat(64)
// RFC 8410: an X25519 private key as PKCS #8 is these bytes and the 32 of the key.
const privateKeyHeader = Buffer.from("302e020100300506032b656e04220420", "hex")

/** Base64 of the 32 bytes; null for 32 zeros, which stand for no key; undefined when it is none. */
export function keyOfHex(hex: string): string | null | undefined {
  if (!keyHex.test(hex)) return undefined
  return hex === zeroHex ? null : Buffer.from(hex, "hex").toString("base64")
}

export function hexOfKey(key: string | null): string {
  return key === null ? zeroHex : Buffer.from(key, "base64").toString("hex")
}

/** RFC 7748, section 5: the bits that every X25519 private key has set or cleared. */
export function clampKey(key: string): string {
  const bytes = Buffer.from(key, "base64")
  bytes.writeUInt8(bytes.readUInt8(0) & 248, 0)
  bytes.writeUInt8((bytes.readUInt8(31) & 127) | 64, 31)
  return bytes.toString("base64")
}

/** Both base64 of 32 bytes. */
export function publicKeyOf(privateKey: string): string {
  const der = Buffer.concat([privateKeyHeader, Buffer.from(privateKey, "base64")])
  const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }))
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url").toString("base64")
}
