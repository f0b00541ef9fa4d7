import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from "node:crypto"

/** WireGuard keys: 32 bytes in base64. */

/** PKCS #8 around the 32 bytes of an X25519 key (RFC 8410). */
const pkcs8Head = Buffer.from("302e020100300506032b656e04220420", "hex")
const keyBytes = 32

/** As `wg genkey` makes it: with the bits that X25519 sets anyway set already. */
export function newPrivateKey(): string {
  const bytes = randomBytes(keyBytes)
  bytes[0] = (bytes[0] ?? 0) & 0xf8
  bytes[31] = ((bytes[31] ?? 0) & 0x7f) | 0x40
  return bytes.toString("base64")
}

/** As `wg genpsk` makes it. */
export function newPresharedKey(): string {
  return randomBytes(keyBytes).toString("base64")
}

/** Of a private key that is well-formed. */
export function publicKeyOf(privateKey: string): string {
  const spki = createPublicKey(keyObject(privateKey)).export({ format: "der", type: "spki" })
  return spki.subarray(-keyBytes).toString("base64")
}

function keyObject(privateKey: string): KeyObject {
  const key = Buffer.concat([pkcs8Head, Buffer.from(privateKey, "base64")])
  return createPrivateKey({ key, format: "der", type: "pkcs8" })
}
