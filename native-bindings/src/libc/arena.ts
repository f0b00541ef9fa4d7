import koffi from "koffi"

/** Memory that C and JavaScript share. Keep the arena referenced for as long as C may use `address`. */
export type Arena = {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Of the first byte. A number: user space ends below 2^47 (x86-64) or 2^48 (arm64). */
  readonly address: number
  readonly size: number
}

/**
 * An arena of `memory` bytes, zeroed; or one over memory that exists: an ArrayBuffer, a SharedArrayBuffer, the buffer
 * of a WebAssembly.Memory that never grows. A buffer's store is outside V8's heap, so no collection moves it.
 */
export function createArena(memory: number | ArrayBufferLike): Arena {
  const buffer = typeof memory === "number" ? new ArrayBuffer(memory) : memory
  return {
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
    address: Number(koffi.address(buffer)),
    size: buffer.byteLength,
  }
}
