import koffi from "koffi"
import type { Arena } from "./arena.ts"
import { largestPage, mapFlags, mapping } from "./mapping.ts"

/**
 * An arena below 2^31, where an address is a small integer to V8: handing it to a hot call allocates nothing. Where the
 * kernel has no room there it lies higher, which costs a heap number a call and nothing else.
 * It is never given back: for what lives as long as its thread.
 */
export function createLowArena(size: number): Arena {
  const length = Math.ceil(size / largestPage) * largestPage
  const address = mapping.low(length, mapFlags.private | mapFlags.anonymous, -1)
  const buffer = koffi.view(BigInt(address), length)
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), address, size: length }
}
