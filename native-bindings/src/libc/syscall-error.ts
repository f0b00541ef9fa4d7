import { errnoName } from "./errno.ts"
import { declare, lastErrno } from "./library.ts"

const strerror: (number: number) => string = declare("strerror", "str", ["int"])

/** The C library's words for an errno. */
export function errnoText(number: number): string {
  return strerror(number)
}

/** A system call that failed. `detail` is the kernel's own sentence, where it gave one (extended acknowledgement). */
export class SyscallError extends Error {
  override readonly name = "SyscallError"
  readonly call: string
  readonly errno: number
  readonly code: string
  readonly detail: string | undefined

  constructor(call: string, errno: number, detail?: string) {
    const code = errnoName(errno)
    super(`${call}: ${code} (${errnoText(errno)})${detail === undefined ? "" : `: ${detail}`}`)
    this.call = call
    this.errno = errno
    this.code = code
    this.detail = detail
  }
}

/** Passes a C result on, or throws what errno says. Its argument is the call itself, so nothing runs in between. */
export function check(call: string, result: number): number {
  if (result < 0) throw new SyscallError(call, lastErrno())
  return result
}
