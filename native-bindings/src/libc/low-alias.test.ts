import { readdirSync } from "node:fs"
import { expect, it } from "vitest"
import { createArena } from "./arena.ts"
import { sys } from "./hot-calls.ts"
import { aliasLow } from "./low-alias.ts"
import { largestPage, lowEnd, mapFlags, mapping } from "./mapping.ts"
import { SyscallError } from "./syscall-error.ts"

/** Our types have no DOM, where TypeScript keeps WebAssembly's. */
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
}
const pages = 4
const createMemory = () => createArena(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer)
const openFiles = () => readdirSync("/proc/self/fd").length
const refuse = (): never => {
  throw new SyscallError("mmap", 12)
}

it("one memory has two addresses, and the lower one is below 2^31", () => {
  const arena = createMemory()
  const before = openFiles()
  const alias = aliasLow(arena)
  if (alias === undefined) throw new Error("no room below 2^31")
  expect(alias.address + arena.size).toBeLessThanOrEqual(lowEnd)
  expect(openFiles()).toBe(before)
  for (let page = 0; page < pages; page++) {
    const at = page * largestPage + 5
    arena.bytes.set([1, 2, 3, page], at)
    sys.copy(alias.address + at + 100, alias.address + at, 4)
    expect([...arena.bytes.subarray(at + 100, at + 104)]).toEqual([1, 2, 3, page])
  }
  alias.release()
  expect([...arena.bytes.subarray(105, 109)]).toEqual([1, 2, 3, 0])
})

it("where there is no room below 2^31 a low mapping lies above", () => {
  const tooLong = 1.25 * 2 ** 30
  const address = mapping.low(tooLong, mapFlags.private | mapFlags.anonymous, -1)
  expect(address).toBeGreaterThan(lowEnd)
  mapping.end(address, tooLong)
})

it("memory that is no page of its own is left alone", () => {
  const arena = createArena(new ArrayBuffer(3 * largestPage))
  arena.bytes.fill(7)
  if (arena.address % largestPage !== 0) expect(aliasLow(arena)).toBeUndefined()
  expect(aliasLow({ ...createMemory(), size: largestPage + 4096 })).toBeUndefined()
  expect(arena.bytes.every((byte) => byte === 7)).toBe(true)
})

const high = (length: number, flags: number, fd: number) => mapping.over(createMemory().address, length, flags, fd)
const unmapAndRefuse = (address: number, length: number, flags: number, fd: number) => {
  if (fd === -1) return mapping.over(address, length, flags, fd)
  mapping.end(address, length)
  return refuse()
}

it.each([
  ["no memory file", { file: refuse }],
  ["no second mapping", { low: refuse }],
  ["none below 2^31", { low: high }],
  ["none over the first", { over: unmapAndRefuse }],
])("where the kernel gives %s the memory is as good as before", (_name, refusing) => {
  const arena = createMemory()
  const before = openFiles()
  expect(aliasLow(arena, { ...mapping, ...refusing })).toBeUndefined()
  expect(openFiles()).toBe(before)
  arena.bytes.fill(9)
  sys.copy(arena.address, arena.address + largestPage, largestPage)
  expect(arena.bytes.every((byte) => byte === 9)).toBe(true)
})

it("where the memory cannot be restored it says so", () => {
  const arena = createMemory()
  expect(() => aliasLow(arena, { ...mapping, over: refuse })).toThrow("mmap: ENOMEM")
})
