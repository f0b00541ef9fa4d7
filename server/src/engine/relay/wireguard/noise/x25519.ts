import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto"

// OpenSSL keeps a private key as it is and clamps it when it is used (RFC 7748 section 5); it zeroes it when the object goes.

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: Uint8Array
}

const asymmetricKeyType = "x25519"

/** `raw`: 32 bytes. Costs 37 us, for the public key. */
export function importPrivateKey(raw: Uint8Array): KeyPair {
  const privateKey = createPrivateKey({ key: raw, format: "raw-private", asymmetricKeyType })
  return { privateKey, publicKey: createPublicKey(privateKey).export({ format: "raw-public" }) }
}

/** `raw`: any 32 bytes. */
export function importPublicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: raw, format: "raw-public", asymmetricKeyType })
}

/** 32 bytes; undefined when they would be zero: the public key is a point of low order. */
export function sharedSecret(privateKey: KeyObject, publicKey: KeyObject): Uint8Array | undefined {
  try {
    return diffieHellman({ privateKey, publicKey })
  } catch {
    return undefined
  }
}
