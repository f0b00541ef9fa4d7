import { createLowArena } from "../libc/low-arena.ts"
import { type EvpFunctions, findEvp } from "./evp-functions.ts"

export type AeadKind = keyof EvpFunctions["ciphers"]

export const aeadKeyBytes = 32
export const aeadTagBytes = 16

/**
 * Authenticated encryption in place, by address, without additional data. The nonce is 32 zero bits, then a 64-bit
 * counter, little-endian, given in two halves of 32 bits (signed or not). `seal` and `open` are hot: they never throw and
 * allocate nothing where `address` is a small integer. A wrong address or context crashes the process, as in C.
 */
export interface Aead {
  /** A context for one key, which it copies, and one direction. 0 when OpenSSL refuses. `free` it. */
  createSealing(kind: AeadKind, key: Uint8Array): number
  createOpening(kind: AeadKind, key: Uint8Array): number
  /** Writes the ciphertext over the plaintext, and 16 bytes of tag behind it. Answers 1, or 0 when OpenSSL failed. */
  seal(context: number, address: number, length: number, counterLow: number, counterHigh: number): 0 | 1
  /** `length` is without the tag, which stands behind. Answers 1, or 0 when it is not authentic: its bytes are garbage then. */
  open(context: number, address: number, length: number, counterLow: number, counterHigh: number): 0 | 1
  /** Wipes the key. */
  free(context: number): void
}

// What OpenSSL reads beside a packet. `parameters` is an array of two OSSL_PARAM (openssl/core.h): the tag, and the end.
const at = { key: 0, nonce: 32, written: 48, parameters: 64, parameterName: 160, unused: 176 } as const
const parameter = { key: 0, type: 8, data: 16, dataSize: 24 } as const
const octetString = 5 // OSSL_PARAM_OCTET_STRING

/** Undefined where this process has no OpenSSL 3 that can be called. One per thread is enough. */
export function createAead(find: () => EvpFunctions | undefined = findEvp): Aead | undefined {
  const evp = find()
  if (evp === undefined) return undefined
  const { bytes, view, address: base } = createLowArena(at.unused + 64)
  const key = base + at.key
  const nonce = base + at.nonce
  const written = base + at.written
  const parameters = base + at.parameters
  const unused = base + at.unused
  const setPointer = (offset: number, value: number) => {
    view.setUint32(offset, value, true)
    view.setUint32(offset + 4, value / 0x1_0000_0000, true)
  }
  bytes.set(new TextEncoder().encode("tag\0"), at.parameterName)
  setPointer(at.parameters + parameter.key, base + at.parameterName)
  view.setUint32(at.parameters + parameter.type, octetString, true)
  view.setUint32(at.parameters + parameter.dataSize, aeadTagBytes, true)

  function create(kind: AeadKind, bytesOfKey: Uint8Array, initialize: EvpFunctions["sealInitialize"]): number {
    if (evp === undefined || bytesOfKey.length !== aeadKeyBytes) return 0
    const context = evp.newContext()
    if (context === 0) return 0
    bytes.set(bytesOfKey, at.key)
    const result = initialize(context, evp.ciphers[kind](), key, nonce, 0)
    bytes.fill(0, at.key, at.key + aeadKeyBytes)
    if (result > 0) return context
    evp.freeContext(context)
    return 0
  }

  function prepare(tagAddress: number, counterLow: number, counterHigh: number): void {
    view.setUint32(at.nonce + 4, counterLow, true)
    view.setUint32(at.nonce + 8, counterHigh, true)
    setPointer(at.parameters + parameter.data, tagAddress)
  }

  return {
    createSealing: (kind, key) => create(kind, key, evp.sealInitialize),
    createOpening: (kind, key) => create(kind, key, evp.openInitialize),
    seal(context, address, length, counterLow, counterHigh) {
      prepare(address + length, counterLow, counterHigh)
      if (evp.sealInitialize(context, 0, 0, nonce, 0) <= 0) return 0
      if (evp.sealUpdate(context, address, written, address, length) <= 0) return 0
      if (evp.sealFinal(context, unused, written) <= 0) return 0
      return evp.getParameters(context, parameters) <= 0 ? 0 : 1
    },
    open(context, address, length, counterLow, counterHigh) {
      prepare(address + length, counterLow, counterHigh)
      if (evp.openInitialize(context, 0, 0, nonce, parameters) <= 0) return 0
      if (evp.openUpdate(context, address, written, address, length) <= 0) return 0
      return evp.openFinal(context, unused, written) <= 0 ? 0 : 1
    },
    free: (context) => evp.freeContext(context),
  }
}
