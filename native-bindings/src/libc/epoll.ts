import { declare } from "./library.ts"
import { check } from "./syscall-error.ts"

// linux/eventpoll.h: struct epoll_event { u32 events; u64 data }, packed on x86-64 alone (EPOLL_PACKED).
export const epollEvent =
  process.arch === "x64"
    ? ({ size: 12, eventsOffset: 0, dataOffset: 4 } as const)
    : ({ size: 16, eventsOffset: 0, dataOffset: 8 } as const)

/** linux/eventpoll.h: EPOLLIN and so on, EPOLL_CTL_ADD and so on. */
export const epoll = {
  in: 0x001,
  out: 0x004,
  error: 0x008,
  hangUp: 0x010,
  readHangUp: 0x2000,
  edgeTriggered: 0x80000000,
  add: 1,
  remove: 2,
  modify: 3,
} as const

const closeOnExec = 0o2000000 // asm-generic/fcntl.h: O_CLOEXEC, which is EPOLL_CLOEXEC and EFD_CLOEXEC
const nonBlocking = 0o4000 // asm-generic/fcntl.h: O_NONBLOCK, which is EFD_NONBLOCK

const c: {
  epollCreate: (flags: number) => number
  eventfd: (initial: number, flags: number) => number
} = {
  epollCreate: declare("epoll_create1", "int", ["int"]),
  eventfd: declare("eventfd", "int", ["uint", "int"]),
}

export function createEpoll(): number {
  return check("epoll_create1", c.epollCreate(closeOnExec))
}

/** A counter of 0, non-blocking. */
export function createEventfd(): number {
  return check("eventfd", c.eventfd(0, closeOnExec | nonBlocking))
}
