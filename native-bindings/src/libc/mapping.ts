import { close } from "./files.ts"
import { declare } from "./library.ts"
import { check } from "./syscall-error.ts"

/** The largest page that arm64 has: what is a multiple of it can be mapped everywhere. */
export const largestPage = 65_536
/** An address below it is a small integer to V8: handing it to a call allocates nothing. */
export const lowEnd = 2 ** 31

/** asm-generic/mman-common.h: MAP_SHARED, MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS */
export const mapFlags = { shared: 0x01, private: 0x02, fixed: 0x10, anonymous: 0x20 } as const

const readWrite = 0x1 | 0x2 // PROT_READ | PROT_WRITE
const below2G = process.arch === "x64" ? 0x40 : 0 // asm/mman.h of x86: MAP_32BIT
/** Where arm64 is asked for, which has no MAP_32BIT: a hint that the kernel follows when nothing is there. */
const hint = process.arch === "x64" ? 0 : 0x2000_0000
const closeOnExec = 0x1 // linux/memfd.h: MFD_CLOEXEC

const c: {
  mmap: (address: number, length: number, protection: number, flags: number, fd: number, offset: number) => number
  munmap: (address: number, length: number) => number
  memfdCreate: (name: string, flags: number) => number
  ftruncate: (fd: number, length: number) => number
} = {
  mmap: declare("mmap", "intptr_t", ["uintptr_t", "size_t", "int", "int", "int", "long"]),
  munmap: declare("munmap", "int", ["uintptr_t", "size_t"]),
  memfdCreate: declare("memfd_create", "int", ["str", "uint"]),
  ftruncate: declare("ftruncate", "int", ["int", "long"]),
}

export const mapping = {
  /** Answers the address of `length` bytes; below 2^31 where the kernel has room there. */
  low(length: number, flags: number, fd: number): number {
    const address = c.mmap(hint, length, readWrite, flags | below2G, fd, 0)
    return address < 0 ? check("mmap", c.mmap(0, length, readWrite, flags, fd, 0)) : address
  },
  /** Puts `length` bytes where `address` says, in place of what is there, and answers `address`. */
  over(address: number, length: number, flags: number, fd: number): number {
    return check("mmap", c.mmap(address, length, readWrite, flags | mapFlags.fixed, fd, 0))
  },
  end(address: number, length: number): void {
    check("munmap", c.munmap(address, length))
  },
  /** Answers the fd of a file of zeros in memory, without a path. */
  file(name: string, length: number): number {
    const fd = check("memfd_create", c.memfdCreate(name, closeOnExec))
    try {
      check("ftruncate", c.ftruncate(fd, length))
      return fd
    } catch (error) {
      close(fd)
      throw error
    }
  },
} as const
