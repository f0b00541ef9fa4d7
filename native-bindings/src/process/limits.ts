import { declare } from "../libc/library.ts"
import { check } from "../libc/syscall-error.ts"

const coreSize = 4 // asm-generic/resource.h: RLIMIT_CORE

const c: { setrlimit: (resource: number, limit: Uint8Array) => number } = {
  setrlimit: declare("setrlimit", "int", ["int", "void *"]),
}

/** No core file of this process or its children: memory holds keys. */
export function forbidCoreDumps(): void {
  // linux/resource.h: struct rlimit { unsigned long cur, max }, both 0
  check("setrlimit", c.setrlimit(coreSize, new Uint8Array(16)))
}
