import { expect, test } from "vitest"
import { createArena } from "../libc/arena.ts"
import { close, open, openFlags } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { peerCredentials } from "./options.ts"
import { receiveFileDescriptor, sendFileDescriptor } from "./pass-descriptor.ts"
import { openUnixSocketPair } from "./socket.ts"

test("a UNIX socket tells who is at the other end", () => {
  const [a, b] = openUnixSocketPair()
  expect(peerCredentials(a)).toEqual({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() })
  close(a)
  close(b)
})

test("an fd crosses a UNIX socket with its byte, and reads the same file there", () => {
  const [a, b] = openUnixSocketPair()
  const zeros = open("/dev/zero", openFlags.readOnly)
  sendFileDescriptor(a, zeros, 42)
  close(zeros)
  const received = receiveFileDescriptor(b, 1_000)
  expect(received.byte).toBe(42)
  const arena = createArena(8)
  arena.bytes.fill(1)
  expect(sys.read(received.fd, arena.address, 8)).toBe(8)
  expect([...arena.bytes]).toEqual(new Array(8).fill(0))
  for (const fd of [a, b, received.fd]) close(fd)
})

test("waiting for an fd ends: with the time, with a byte alone, with the other end", () => {
  const [a, b] = openUnixSocketPair()
  const arena = createArena(8)
  expect(() => receiveFileDescriptor(b, 1)).toThrow(/ETIMEDOUT/)
  sys.send(a, arena.address, 1, 0)
  expect(() => receiveFileDescriptor(b, 1_000)).toThrow(/EBADMSG.*no file descriptor/)
  close(a)
  expect(() => receiveFileDescriptor(b, 1_000)).toThrow(/ECONNRESET/)
  close(b)
})
