import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { openUnixSocketPair } from "../socket/socket.ts"
import { createArena } from "./arena.ts"
import { createEpoll, createEventfd, epoll, epollEvent } from "./epoll.ts"
import { errno } from "./errno.ts"
import { close, setNonBlocking, waitReadable } from "./files.ts"
import { sys } from "./hot-calls.ts"
import { ioVector, messageHeader, multipleMessageHeader } from "./message-layout.ts"

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

function withPair(act: (a: number, b: number) => void): void {
  const [a, b] = openUnixSocketPair()
  try {
    act(a, b)
  } finally {
    close(a)
    close(b)
  }
}

test.each([
  ["read", () => sys.read(-1, 0, 0)],
  ["writev", () => sys.writev(-1, 0, 0)],
  ["sendmsg", () => sys.sendmsg(-1, 0, 0)],
  ["recvmmsg", () => sys.recvmmsg(-1, 0, 0, 0)],
  ["accept4", () => sys.accept4(-1, 0, 0, 0)],
  ["getSocketError", () => sys.getSocketError(-1)],
  ["epollWait", () => sys.epollWait(-1, 0, 1, 0)],
  ["epollCtl", () => sys.epollCtl(-1, epoll.add, -1, 0, 0)],
  ["eventfdWrite", () => sys.eventfdWrite(-1)],
  ["close", () => sys.close(-1)],
])("%s answers a bad fd with -EBADF and throws nothing", (_name, call) => {
  expect(call()).toBe(-errno.EBADF)
})

test("bytes cross a socket pair by address", () => {
  withPair((a, b) => {
    const arena = createArena(64)
    arena.bytes.set(new TextEncoder().encode("hello"), 8)
    expect(sys.write(a, arena.address + 8, 5)).toBe(5)
    expect(waitReadable(b, 0)).toBe(true)
    expect(sys.recv(b, arena.address + 32, 16, 0)).toBe(5)
    expect(text(arena.bytes.subarray(32, 37))).toBe("hello")
    setNonBlocking(b, true)
    expect(sys.read(b, arena.address, 16)).toBe(-errno.EAGAIN)
  })
})

test("a shared buffer is an arena, too", () => {
  withPair((a, b) => {
    const shared = new SharedArrayBuffer(64)
    const arena = createArena(shared)
    arena.view.setUint32(0, 0x01020304)
    expect(sys.send(a, arena.address, 4, 0)).toBe(4)
    expect(sys.read(b, arena.address + 60, 4)).toBe(4)
    expect(new DataView(shared).getUint32(60)).toBe(0x01020304)
  })
})

test("vectors scatter what one vector gathered", () => {
  withPair((a, b) => {
    const arena = createArena(256)
    const vector = (slot: number, offset: number, length: number) => {
      arena.view.setBigUint64(slot * ioVector.size + ioVector.base, BigInt(arena.address + offset), true)
      arena.view.setBigUint64(slot * ioVector.size + ioVector.length, BigInt(length), true)
    }
    arena.bytes.set(new TextEncoder().encode("abcdef"), 64)
    vector(0, 64, 2)
    vector(1, 66, 4)
    expect(sys.writev(a, arena.address, 2)).toBe(6)
    vector(0, 128, 5)
    vector(1, 144, 5)
    expect(sys.readv(b, arena.address, 2)).toBe(6)
    expect(text(arena.bytes.subarray(128, 133))).toBe("abcde")
    expect(text(arena.bytes.subarray(144, 145))).toBe("f")
  })
})

test("message headers, alone and as an array, follow the offset tables", () => {
  withPair((a, b) => {
    const arena = createArena(512)
    const at = { headers: 0, vector: 256, data: 300 }
    arena.bytes.set(new TextEncoder().encode("xyz"), at.data)
    arena.view.setBigUint64(at.vector + ioVector.base, BigInt(arena.address + at.data), true)
    arena.view.setBigUint64(at.vector + ioVector.length, 3n, true)
    for (const header of [0, multipleMessageHeader.size]) {
      arena.view.setBigUint64(header + messageHeader.vectors, BigInt(arena.address + at.vector), true)
      arena.view.setBigUint64(header + messageHeader.vectorCount, 1n, true)
    }
    expect(sys.sendmsg(a, arena.address, 0)).toBe(3)
    expect(sys.sendmmsg(a, arena.address, 2, 0)).toBe(2)
    expect(arena.view.getUint32(multipleMessageHeader.size + multipleMessageHeader.length, true)).toBe(3)
    arena.bytes.fill(0, at.data)
    expect(sys.recvmsg(b, arena.address, 0)).toBe(3)
    expect(text(arena.bytes.subarray(at.data, at.data + 3))).toBe("xyz")
    expect(sys.recvmmsg(b, arena.address, 2, 0)).toBe(2)
  })
})

test("an eventfd wakes epoll, which answers with the data given", () => {
  const [epollFd, event] = [createEpoll(), createEventfd()]
  const arena = createArena(2 * epollEvent.size)
  expect(sys.epollCtl(epollFd, epoll.add, event, epoll.in, 0xfedcba98)).toBe(0)
  expect(sys.epollWait(epollFd, arena.address, 2, 0)).toBe(0)
  expect(sys.eventfdRead(event)).toBe(-errno.EAGAIN)
  sys.eventfdWrite(event)
  sys.eventfdWrite(event)
  expect(sys.epollWait(epollFd, arena.address, 2, 0)).toBe(1)
  expect(arena.view.getUint32(epollEvent.eventsOffset, true)).toBe(epoll.in)
  expect(arena.view.getUint32(epollEvent.dataOffset, true)).toBe(0xfedcba98)
  expect(sys.eventfdRead(event)).toBe(2)
  expect(sys.epollCtl(epollFd, epoll.remove, event, 0, 0)).toBe(0)
  close(event)
  close(epollFd)
})

test("the clock is the one that Node reads", () => {
  const before = Number(process.hrtime.bigint())
  const now = sys.clockMonotonicNanoseconds()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Number(process.hrtime.bigint()))
})

test("the boot time is the kernel's, with fractions", () => {
  const uptime = () => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000
  const before = uptime()
  const times = [sys.clockBoottimeMilliseconds(), sys.clockBoottimeMilliseconds()] as const
  expect(times[0]).toBeGreaterThanOrEqual(before)
  expect(times[1] - times[0]).toBeGreaterThan(0)
  expect(times[1]).toBeLessThan(uptime() + 10) // it tells hundredths of a second
})
