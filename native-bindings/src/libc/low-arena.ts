import koffi from "koffi"
import type { Arena } from "./arena.ts"
import { declare } from "./library.ts"
import { check } from "./syscall-error.ts"

// asm-generic/mman-common.h: PROT_READ | PROT_WRITE; MAP_PRIVATE | MAP_ANONYMOUS; asm/mman.h of x86: MAP_32BIT
const readWrite = 0x1 | 0x2
const privateAnonymous = 0x02 | 0x20
const below2G = process.arch === "x64" ? 0x40 : 0
/** Where arm64 is asked for, which has no MAP_32BIT: a hint that the kernel follows when nothing is there. */
const hint = process.arch === "x64" ? 0 : 0x2000_0000
const pageSize = 65_536 // the largest that arm64 has

const mmap: (
  address: number,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => number | bigint = declare("mmap", "intptr_t", ["uintptr_t", "size_t", "int", "int", "int", "long"])

/**
 * An arena below 2^31, where an address is a small integer to V8: handing it to a hot call allocates nothing. Where the
 * kernel has no room there (arm64 promises none) it lies higher, which costs a heap number a call and nothing else.
 * It is never given back: for what lives as long as its thread.
 */
export function createLowArena(size: number): Arena {
  const length = Math.ceil(size / pageSize) * pageSize
  const pointer = BigInt(mmap(hint, length, readWrite, privateAnonymous | below2G, -1, 0))
  if (pointer === -1n) check("mmap", -1)
  const buffer = koffi.view(pointer, length)
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), address: Number(pointer), size: length }
}
