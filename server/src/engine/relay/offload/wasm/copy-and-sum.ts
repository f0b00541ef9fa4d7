import { copyAndSumWasm } from "./copy-and-sum-wasm.ts"

/** What copy-and-sum.wat exports. Hot: offsets are the caller's to check, outside of the memory they throw. */
export interface CopyAndSum {
  copy(to: number, from: number, length: number): void
  sum(at: number, length: number): number
  copy_and_sum(to: number, from: number, length: number): number
}

/** Our types have no DOM, where TypeScript keeps WebAssembly's. */
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: { relay: { memory: object } }) => { readonly exports: CopyAndSum }
}

const pageSize = 65_536
const compiled = new WebAssembly.Module(Buffer.from(copyAndSumWasm, "base64"))

/**
 * A memory of at least `size` bytes, zeroed, that never grows, so that its buffer stays where it is; and the functions
 * over it. They need SIMD, which every CPU has that Node 26 runs on.
 */
export function createSummedMemory(size: number): { buffer: ArrayBuffer; functions: CopyAndSum } {
  const pages = Math.ceil(size / pageSize)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  return { buffer: memory.buffer, functions: new WebAssembly.Instance(compiled, { relay: { memory } }).exports }
}
