import { hash as digest } from "node:crypto"
import { blake2s } from "@noble/hashes/blake2.js"
import { macSize } from "./protocol.ts"

const blockSize = 64
const hashSize = 32
/** The longest input of an HMAC here: a hash or a key, and the counter byte of HKDF. */
const longestInput = hashSize + 1

/** HASH of the paper. node:crypto has BLAKE2s without a key; it takes a quarter of the time. */
export function hash(first: Uint8Array, second: Uint8Array = nothing): Uint8Array {
  const input = new Uint8Array(first.length + second.length)
  input.set(first)
  input.set(second, first.length)
  const result = digest("blake2s256", input, "buffer")
  input.fill(0)
  return result
}

/** MAC of the paper: keyed, 16 bytes. */
export function mac(key: Uint8Array, input: Uint8Array): Uint8Array {
  return blake2s(input, { key, dkLen: macSize })
}

/** RFC 2104 over BLAKE2s. `key` and `input`: at most 33 bytes. */
export function hmac(key: Uint8Array, input: Uint8Array): Uint8Array {
  for (let i = 0; i < blockSize; i++) {
    const byte = key[i] ?? 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  inner.set(input, blockSize)
  const innerHash = digest("blake2s256", inner.subarray(0, blockSize + input.length), "buffer")
  outer.set(innerHash, blockSize)
  const result = digest("blake2s256", outer, "buffer")
  innerHash.fill(0)
  inner.fill(0)
  outer.fill(0)
  return result
}

const nothing = new Uint8Array(0)
const inner = new Uint8Array(blockSize + longestInput)
const outer = new Uint8Array(blockSize + hashSize)

/** KDFn of the paper: HKDF (RFC 5869) with the chaining key as salt. The results are the caller's to zero. */
export function derive(chainingKey: Uint8Array, input: Uint8Array, count: 1 | 2 | 3): Uint8Array[] {
  const secret = hmac(chainingKey, input)
  const results: Uint8Array[] = []
  const block = new Uint8Array(hashSize + 1)
  for (let i = 1; i <= count; i++) {
    block[i === 1 ? 0 : hashSize] = i
    const result = hmac(secret, i === 1 ? block.subarray(0, 1) : block)
    block.set(result)
    results.push(result)
  }
  secret.fill(0)
  block.fill(0)
  return results
}
