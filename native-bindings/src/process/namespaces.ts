import { declare } from "../libc/library.ts"
import { check } from "../libc/syscall-error.ts"

/** linux/sched.h: CLONE_NEW* */
export const namespaceType = { mount: 0x00020000, user: 0x10000000, network: 0x40000000 } as const

/** linux/mount.h: MS_* */
export const mountFlags = {
  readOnly: 1,
  noSuid: 2,
  noDevices: 4,
  noExec: 8,
  remount: 32,
  bind: 4096,
  recursive: 16384,
  private: 1 << 18,
} as const

const detach = 2 // linux/fs.h: MNT_DETACH

const c: {
  setns: (fd: number, type: number) => number
  unshare: (flags: number) => number
  mount: (source: string | null, target: string, type: string | null, flags: number, data: number) => number
  umount: (target: string, flags: number) => number
} = {
  setns: declare("setns", "int", ["int", "int"]),
  unshare: declare("unshare", "int", ["int"]),
  mount: declare("mount", "int", ["str", "str", "str", "ulong", "uintptr_t"]),
  umount: declare("umount2", "int", ["str", "int"]),
}

/**
 * Moves the calling thread (not the process) into the namespace that the fd stands for, of the type given (0: any).
 * A mount namespace is EINVAL as long as the threads of the process share their working directory.
 */
export function setns(fd: number, type: number): void {
  check("setns", c.setns(fd, type))
}

/** Gives the calling thread, and what it starts from now on, namespaces of its own. */
export function unshare(types: number): void {
  check("unshare", c.unshare(types))
}

export function mount(source: string | null, target: string, type: string | null, flags: number): void {
  check(`mount ${target}`, c.mount(source, target, type, flags, 0))
}

/** Also one that is in use: it goes when its last user does. */
export function umount(target: string): void {
  check(`umount ${target}`, c.umount(target, detach))
}
