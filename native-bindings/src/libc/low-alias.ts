import type { Arena } from "./arena.ts"
import { close } from "./files.ts"
import { largestPage, lowEnd, mapFlags, mapping } from "./mapping.ts"
import { SyscallError } from "./syscall-error.ts"

export interface LowAlias {
  /** Of the arena's first byte, below 2^31. */
  readonly address: number
  /** Nobody may use the address any longer. Without it the pages stay, even when the arena is gone. */
  release(): void
}

/**
 * Lays an arena's pages below 2^31 as well, where an address allocates nothing: one memory with two addresses. For the buffer
 * of a WebAssembly.Memory that never grows, before anything is written: its pages are replaced by zeros. Undefined where the
 * kernel will not; the arena is then as good as before. Throws when it is not, and must not be used.
 */
export function aliasLow(arena: Arena, map: typeof mapping = mapping): LowAlias | undefined {
  const { address, size } = arena
  if (size === 0 || address % largestPage !== 0 || size % largestPage !== 0) return undefined
  const fd = unlessRefused(() => map.file("packets", size))
  if (fd === undefined) return undefined
  try {
    const low = unlessRefused(() => map.low(size, mapFlags.shared, fd))
    if (low === undefined) return undefined
    const release = () => map.end(low, size)
    if (low + size <= lowEnd) {
      if (unlessRefused(() => map.over(address, size, mapFlags.shared, fd)) !== undefined)
        return { address: low, release }
      // What fails may have taken away what was there.
      map.over(address, size, mapFlags.private | mapFlags.anonymous, -1)
    }
    release()
    return undefined
  } finally {
    close(fd)
  }
}

function unlessRefused<Result>(call: () => Result): Result | undefined {
  try {
    return call()
  } catch (error) {
    if (error instanceof SyscallError) return undefined
    throw error
  }
}
