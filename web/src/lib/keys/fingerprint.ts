import { words } from "./words.ts"

/**
 * What a person knows a public key by at a glance. It is no proof: with patience somebody makes a key that has the same four words, so a
 * key that matters is compared whole.
 */
export interface Fingerprint {
  words: string[]
  /** Eight numbers from 0 to 7, one for each block of colour. */
  colours: number[]
}

/** Every character of the key has a part in it: two keys that begin alike look unlike. */
export function fingerprint(publicKey: string): Fingerprint {
  const [first, second] = [spread(publicKey, 0x811c_9dc5), spread(publicKey, 0x5bd1_e995)]
  return {
    words: [24, 16, 8, 0].map((shift) => words[(first >>> shift) & 0xff] ?? ""),
    colours: [28, 24, 20, 16, 12, 8, 4, 0].map((shift) => (second >>> shift) & 7),
  }
}

/** FNV-1a with the last step of Murmur3: 32 bits that change in about half with any one character. */
function spread(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
