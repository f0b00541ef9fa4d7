// Key pairs for tests, in the form that configurations have them.
import { generateKeyPairSync, randomBytes } from "node:crypto"

export interface KeyPair {
  privateKey: string
  publicKey: string
}

export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync("x25519")
  const { d = "", x = "" } = privateKey.export({ format: "jwk" })
  return { privateKey: base64(d), publicKey: base64(x) }
}

export function createPresharedKey(): string {
  return randomBytes(32).toString("base64")
}

function base64(base64url: string): string {
  return Buffer.from(base64url, "base64url").toString("base64")
}
