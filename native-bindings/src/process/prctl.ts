import { declare } from "../libc/library.ts"
import { check } from "../libc/syscall-error.ts"

// linux/prctl.h
const PR = {
  SET_PDEATHSIG: 1,
  SET_DUMPABLE: 4,
  SET_KEEPCAPS: 8,
  CAPBSET_READ: 23,
  CAPBSET_DROP: 24,
  SET_NO_NEW_PRIVS: 38,
} as const

const c: { prctl: (option: number, argument: number, a: number, b: number, c: number) => number } = {
  prctl: declare("prctl", "int", ["int", "ulong", "ulong", "ulong", "ulong"]),
}

function control(name: keyof typeof PR, argument: number): number {
  return check(`PR_${name}`, c.prctl(PR[name], argument, 0, 0, 0))
}

/** Keeps the permitted capabilities of this thread over the next setuid from root; execve clears it. */
export function keepCapabilities(keep: boolean): void {
  control("SET_KEEPCAPS", keep ? 1 : 0)
}

/** No execve of this thread or its descendants can gain anything any more. There is no way back. */
export function setNoNewPrivileges(): void {
  control("SET_NO_NEW_PRIVS", 1)
}

/** Without it: no core dump, no ptrace by the same user, and /proc/self belongs to root. execve sets it again. */
export function setDumpable(dumpable: boolean): void {
  control("SET_DUMPABLE", dumpable ? 1 : 0)
}

/** The signal that comes when the parent *thread* dies; a change of user id clears it. 0 for none. */
export function setParentDeathSignal(signal: number): void {
  control("SET_PDEATHSIG", signal)
}

/** Leaves only these in the bounding set of this thread. Needs CAP_SETPCAP where there is something to drop. */
export function dropBoundingExcept(keep: readonly number[]): void {
  for (let number = 0; number < 64; number++) {
    const isSet = c.prctl(PR.CAPBSET_READ, number, 0, 0, 0)
    // EINVAL: beyond the last capability of this kernel.
    if (isSet < 0) return
    if (isSet === 1 && !keep.includes(number)) control("CAPBSET_DROP", number)
  }
}
