import koffi from "koffi"

// The C library of this very process. glibc or musl, nothing is loaded from disk.
// Signatures are fixed even where C declares `...`: right on x86-64 and arm64 Linux, and faster. `ssize_t` is `long`.
const library = koffi.load(null)

/** Declares a C function. The caller's annotation is the border where koffi's `any` becomes a type. */
export function declare(name: string, result: string, parameters: string[]) {
  return library.func(name, result, parameters)
}

/** The calling thread's errno. Only true right after the call that failed. */
export function lastErrno(): number {
  return koffi.errno()
}
