import { epollEvent } from "./epoll.ts"
import { declare, lastErrno } from "./library.ts"
import { createLowArena } from "./low-arena.ts"

// The relay loop's calls. Numbers in, a number out: n >= 0, or -errno. They never throw and allocate nothing.
// An address is `arena.address` plus an offset; a wrong one crashes the process, as in C.

type Transfer = (fd: number, address: number, length: number) => number
type TransferWithFlags = (fd: number, address: number, length: number, flags: number) => number

const c: {
  read: Transfer
  write: Transfer
  readv: Transfer
  writev: Transfer
  send: TransferWithFlags
  recv: TransferWithFlags
  sendmsg: Transfer
  recvmsg: Transfer
  sendmmsg: TransferWithFlags
  recvmmsg: (fd: number, address: number, count: number, flags: number, timeout: number) => number
  accept4: (fd: number, address: number, lengthAddress: number, flags: number) => number
  getsockopt: (fd: number, level: number, option: number, address: number, lengthAddress: number) => number
  epollWait: (epoll: number, address: number, count: number, timeoutMilliseconds: number) => number
  epollCtl: (epoll: number, operation: number, fd: number, address: number) => number
  close: (fd: number) => number
  memcpy: (to: number, from: number, length: number) => number
  clockGettime: (clock: number, address: number) => number
} = {
  read: declare("read", "long", ["int", "uintptr_t", "size_t"]),
  write: declare("write", "long", ["int", "uintptr_t", "size_t"]),
  readv: declare("readv", "long", ["int", "uintptr_t", "int"]),
  writev: declare("writev", "long", ["int", "uintptr_t", "int"]),
  send: declare("send", "long", ["int", "uintptr_t", "size_t", "int"]),
  recv: declare("recv", "long", ["int", "uintptr_t", "size_t", "int"]),
  sendmsg: declare("sendmsg", "long", ["int", "uintptr_t", "int"]),
  recvmsg: declare("recvmsg", "long", ["int", "uintptr_t", "int"]),
  sendmmsg: declare("sendmmsg", "int", ["int", "uintptr_t", "uint", "int"]),
  recvmmsg: declare("recvmmsg", "int", ["int", "uintptr_t", "uint", "int", "uintptr_t"]),
  accept4: declare("accept4", "int", ["int", "uintptr_t", "uintptr_t", "int"]),
  getsockopt: declare("getsockopt", "int", ["int", "int", "int", "uintptr_t", "uintptr_t"]),
  epollWait: declare("epoll_wait", "int", ["int", "uintptr_t", "int", "int"]),
  epollCtl: declare("epoll_ctl", "int", ["int", "int", "int", "uintptr_t"]),
  close: declare("close", "int", ["int"]),
  memcpy: declare("memcpy", "uintptr_t", ["uintptr_t", "uintptr_t", "size_t"]),
  clockGettime: declare("clock_gettime", "int", ["int", "uintptr_t"]),
}

const solSocket = 1 // asm-generic/socket.h: SOL_SOCKET
const soError = 4 // asm-generic/socket.h: SO_ERROR
const clockRealtime = 0 // linux/time.h: CLOCK_REALTIME
const clockMonotonic = 1 // linux/time.h: CLOCK_MONOTONIC
const clockBoottime = 7 // linux/time.h: CLOCK_BOOTTIME

// Where the calls below put their own few bytes. One per thread, because every Worker has modules of its own.
const scratch = createLowArena(64)
const at = { event: 0, one: 16, counter: 24, socketError: 32, socketErrorLength: 36, timespec: 40 } as const
scratch.view.setUint32(at.one, 1, true)

function result(n: number): number {
  return n < 0 ? -lastErrno() : n
}

export const sys = {
  read(fd: number, address: number, length: number): number {
    return result(c.read(fd, address, length))
  },
  write(fd: number, address: number, length: number): number {
    return result(c.write(fd, address, length))
  },
  /** `address` of an array of `iovec`. */
  readv(fd: number, address: number, count: number): number {
    return result(c.readv(fd, address, count))
  },
  /** `address` of an array of `iovec`. */
  writev(fd: number, address: number, count: number): number {
    return result(c.writev(fd, address, count))
  },
  send(fd: number, address: number, length: number, flags: number): number {
    return result(c.send(fd, address, length, flags))
  },
  recv(fd: number, address: number, length: number, flags: number): number {
    return result(c.recv(fd, address, length, flags))
  },
  /** `address` of a `messageHeader`. */
  sendmsg(fd: number, address: number, flags: number): number {
    return result(c.sendmsg(fd, address, flags))
  },
  /** `address` of a `messageHeader`; its name and control lengths must be set again before every call. */
  recvmsg(fd: number, address: number, flags: number): number {
    return result(c.recvmsg(fd, address, flags))
  },
  /** `address` of an array of `multipleMessageHeader`. Answers how many were sent. */
  sendmmsg(fd: number, address: number, count: number, flags: number): number {
    return result(c.sendmmsg(fd, address, count, flags))
  },
  /** `address` of an array of `multipleMessageHeader`. Answers how many were received. */
  recvmmsg(fd: number, address: number, count: number, flags: number): number {
    return result(c.recvmmsg(fd, address, count, flags, 0))
  },
  /** Answers the new fd. The addresses may both be 0 when the peer's name is not wanted. */
  accept4(fd: number, address: number, lengthAddress: number, flags: number): number {
    return result(c.accept4(fd, address, lengthAddress, flags))
  },
  /** Takes the pending error of a socket (SO_ERROR): its errno as a positive number, 0 for none; -errno if the call fails. */
  getSocketError(fd: number): number {
    scratch.view.setUint32(at.socketErrorLength, 4, true)
    const n = c.getsockopt(
      fd,
      solSocket,
      soError,
      scratch.address + at.socketError,
      scratch.address + at.socketErrorLength,
    )
    return n < 0 ? -lastErrno() : scratch.view.getInt32(at.socketError, true)
  },
  /** `address` of an array of `epollEvent`. Answers how many are ready; a timeout of -1 waits for ever. */
  epollWait(epoll: number, address: number, count: number, timeoutMilliseconds: number): number {
    return result(c.epollWait(epoll, address, count, timeoutMilliseconds))
  },
  /** `data` is a 32-bit unsigned number that epollWait hands back. */
  epollCtl(epoll: number, operation: number, fd: number, events: number, data: number): number {
    scratch.view.setUint32(at.event + epollEvent.eventsOffset, events, true)
    scratch.view.setUint32(at.event + epollEvent.dataOffset, data, true)
    scratch.view.setUint32(at.event + epollEvent.dataOffset + 4, 0, true)
    return result(c.epollCtl(epoll, operation, fd, scratch.address + at.event))
  },
  close(fd: number): number {
    return result(c.close(fd))
  },
  /** memcpy: about 50 ns for any packet, without the object that `subarray` makes. The two must not overlap. */
  copy(to: number, from: number, length: number): void {
    c.memcpy(to, from, length)
  },
  /** Adds one to an eventfd's counter, which wakes whoever waits for it. */
  eventfdWrite(fd: number): number {
    return result(c.write(fd, scratch.address + at.one, 8))
  },
  /** Takes an eventfd's counter (its low 32 bits) and sets it to 0; -EAGAIN when it is 0. */
  eventfdRead(fd: number): number {
    const n = c.read(fd, scratch.address + at.counter, 8)
    return n < 0 ? -lastErrno() : scratch.view.getUint32(at.counter, true)
  },
  /** Nanoseconds since boot without suspend; exact to the nanosecond for the first 104 days. */
  clockMonotonicNanoseconds(): number {
    c.clockGettime(clockMonotonic, scratch.address + at.timespec)
    // struct timespec: two 64-bit words. Seconds fit into the low one for 136 years.
    return scratch.view.getUint32(at.timespec, true) * 1e9 + scratch.view.getUint32(at.timespec + 8, true)
  },
  /** Unix ms, with fractions: exact to a microsecond. */
  clockRealtimeMilliseconds(): number {
    c.clockGettime(clockRealtime, scratch.address + at.timespec)
    return scratch.view.getUint32(at.timespec, true) * 1e3 + scratch.view.getUint32(at.timespec + 8, true) / 1e6
  },
  /** Milliseconds since boot, suspend counted, with fractions. */
  clockBoottimeMilliseconds(): number {
    c.clockGettime(clockBoottime, scratch.address + at.timespec)
    return scratch.view.getUint32(at.timespec, true) * 1e3 + scratch.view.getUint32(at.timespec + 8, true) / 1e6
  },
} as const
