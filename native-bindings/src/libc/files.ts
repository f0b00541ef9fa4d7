import { declare } from "./library.ts"
import { check } from "./syscall-error.ts"

// asm-generic/fcntl.h; x86-64 and arm64 agree on these.
export const openFlags = {
  readOnly: 0,
  writeOnly: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  append: 0o2000,
  nonBlocking: 0o4000,
  closeOnExec: 0o2000000,
} as const

/** asm-generic/fcntl.h: LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN */
export const lock = { shared: 1, exclusive: 2, nonBlocking: 4, unlock: 8 } as const

const getDescriptorFlags = 1 // F_GETFD
const setDescriptorFlags = 2 // F_SETFD
const getFlags = 3 // F_GETFL
const setFlags = 4 // F_SETFL
const descriptorCloseOnExec = 1 // FD_CLOEXEC

// asm-generic/poll.h: struct pollfd { int fd; short events; short revents }; POLLIN
const pollFd = { fd: 0, events: 4, returnedEvents: 6, size: 8 } as const
const pollIn = 0x001

const c: {
  open: (path: string, flags: number, mode: number) => number
  close: (fd: number) => number
  fcntl: (fd: number, command: number, argument: number) => number
  flock: (fd: number, operation: number) => number
  poll: (fds: Uint8Array, count: number, timeoutMilliseconds: number) => number
  ioctlInteger: (fd: number, request: number, argument: number) => number
  ioctlPointer: (fd: number, request: number, argument: Uint8Array) => number
} = {
  open: declare("open", "int", ["str", "int", "uint"]),
  close: declare("close", "int", ["int"]),
  fcntl: declare("fcntl", "int", ["int", "int", "long"]),
  flock: declare("flock", "int", ["int", "int"]),
  poll: declare("poll", "int", ["void *", "ulong", "int"]),
  ioctlInteger: declare("ioctl", "int", ["int", "ulong", "long"]),
  ioctlPointer: declare("ioctl", "int", ["int", "ulong", "void *"]),
}

export function open(path: string, flags: number, mode = 0): number {
  return check(`open ${path}`, c.open(path, flags, mode))
}

/** The fd is gone even when this throws (EIO, EINTR): never call it twice. */
export function close(fd: number): void {
  check("close", c.close(fd))
}

export function setNonBlocking(fd: number, on: boolean): void {
  const flags = check("F_GETFL", c.fcntl(fd, getFlags, 0))
  const wanted = on ? flags | openFlags.nonBlocking : flags & ~openFlags.nonBlocking
  check("F_SETFL", c.fcntl(fd, setFlags, wanted))
}

export function setCloseOnExec(fd: number, on: boolean): void {
  const flags = check("F_GETFD", c.fcntl(fd, getDescriptorFlags, 0))
  const wanted = on ? flags | descriptorCloseOnExec : flags & ~descriptorCloseOnExec
  check("F_SETFD", c.fcntl(fd, setDescriptorFlags, wanted))
}

/** Throws EAGAIN (EWOULDBLOCK) when somebody else holds it and `lock.nonBlocking` is set. */
export function flock(fd: number, operation: number): void {
  check("flock", c.flock(fd, operation))
}

/** Blocks this thread until there is something to read (or an error to fetch); false when the time is over. */
export function waitReadable(fd: number, timeoutMilliseconds: number): boolean {
  const fds = new Uint8Array(pollFd.size)
  const view = new DataView(fds.buffer)
  view.setInt32(pollFd.fd, fd, true)
  view.setInt16(pollFd.events, pollIn, true)
  return check("poll", c.poll(fds, 1, timeoutMilliseconds)) > 0
}

/** An ioctl that takes a number; `name` is the request's, for the error. */
export function ioctlInteger(name: string, fd: number, request: number, argument: number): number {
  return check(name, c.ioctlInteger(fd, request, argument))
}

/** An ioctl that reads or writes the bytes given. */
export function ioctlPointer(name: string, fd: number, request: number, argument: Uint8Array): number {
  return check(name, c.ioctlPointer(fd, request, argument))
}
