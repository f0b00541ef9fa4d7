import { afterEach, beforeEach, expect, test } from "vitest"
import { createArena } from "../libc/arena.ts"
import { close, waitReadable } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { attachFilter, type FilterInstruction, filterCode } from "./packet-filter.ts"
import { openUnixSocketPair } from "./socket.ts"

// The kernel runs a socket's filter over UNIX datagrams, too: no packet and no privilege is needed to try one.
let [from, to] = [0, 0]
beforeEach(() => {
  ;[from, to] = openUnixSocketPair("datagram")
})
afterEach(() => {
  close(from)
  close(to)
})

function passes(bytes: readonly number[]): boolean {
  const arena = createArena(64)
  arena.bytes.set(bytes)
  sys.send(from, arena.address, bytes.length, 0)
  if (!waitReadable(to, 0)) return false
  expect(sys.recv(to, arena.address, 64, 0)).toBe(bytes.length)
  return true
}

const keep: FilterInstruction = [filterCode.return, 0, 0, 0xffff_ffff]
const drop: FilterInstruction = [filterCode.return, 0, 0, 0]

test("without a filter all passes, with one that returns 0 nothing", () => {
  expect(passes([1])).toBe(true)
  attachFilter(to, [drop])
  expect(passes([1])).toBe(false)
  attachFilter(to, [keep])
  expect(passes([1])).toBe(true)
})

test("words are compared in network order, through a mask; a packet that is too short is dropped", () => {
  attachFilter(to, [
    [filterCode.loadWord, 0, 0, 1],
    [filterCode.and, 0, 0, 0xff00_ffff],
    [filterCode.jumpIfEqual, 0, 1, 0xfe00_0304],
    keep,
    drop,
  ])
  expect(passes([9, 0xfe, 2, 3, 4])).toBe(true)
  expect(passes([9, 0xfe, 7, 3, 4, 5])).toBe(true)
  expect(passes([9, 0xfe, 2, 3, 5])).toBe(false)
  expect(passes([9, 0x7e, 2, 3, 4])).toBe(false)
  expect(passes([9, 0xfe, 2, 3])).toBe(false)
})

test("a load finds its place behind an IPv4 header of any length", () => {
  attachFilter(to, [
    [filterCode.loadHeaderLength, 0, 0, 0],
    [filterCode.loadHalf, 0, 0, 2],
    [filterCode.jumpIfEqual, 0, 1, 0x0102],
    keep,
    drop,
  ])
  for (const words of [0, 5, 6, 14]) {
    const packet = [0x40 + words, ...new Array<number>(words * 4).fill(0)].slice(0, Math.max(1, words * 4))
    const end = words === 0 ? [0, 1, 2] : [0, 0, 1, 2]
    expect(passes([...packet, ...end])).toBe(true)
    expect(passes([...packet, ...end.slice(0, -1), 3])).toBe(false)
  }
})

test("a program that leads nowhere is EINVAL", () => {
  expect(() => attachFilter(to, [[filterCode.jumpIfEqual, 9, 9, 0]])).toThrow(/^SO_ATTACH_FILTER: EINVAL/)
  expect(() => attachFilter(to, [])).toThrow(/^SO_ATTACH_FILTER: EINVAL/)
})
