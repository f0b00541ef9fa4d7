import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { close } from "../libc/files.ts"
import { openUnixListener, unixSocketAnswers } from "./unix-socket.ts"

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "unix-socket-"))
})
afterEach(() => rmSync(directory, { recursive: true }))

it("a socket answers while somebody listens, and not when it is a dead one's", () => {
  const path = join(directory, "a.sock")
  const fd = openUnixListener(path, 4)
  expect(statSync(path).isSocket()).toBe(true)
  expect(unixSocketAnswers(path)).toBe(true)
  close(fd)
  expect(unixSocketAnswers(path)).toBe(false)
})

it("one whose queue is full answers all the same", () => {
  const path = join(directory, "full.sock")
  const fd = openUnixListener(path, 0)
  for (let i = 0; i < 5; i++) expect(unixSocketAnswers(path)).toBe(true)
  close(fd)
})

it("a path that is taken, missing or too long is an error", () => {
  const path = join(directory, "b.sock")
  const fd = openUnixListener(path, 4)
  expect(() => openUnixListener(path, 4)).toThrow(/EADDRINUSE/)
  close(fd)
  expect(() => unixSocketAnswers(join(directory, "c.sock"))).toThrow(/ENOENT/)
  expect(() => openUnixListener(join(directory, "x".repeat(108)), 4)).toThrow(RangeError)
})
