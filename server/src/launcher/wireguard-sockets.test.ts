import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openUnixListener, unixSocketAnswers } from "@tundeck/native-bindings"
import { afterEach, beforeEach, expect, it } from "vitest"
import { createWireguardSockets } from "./wireguard-sockets.ts"

let base: string
let directory: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "wireguard-"))
  directory = join(base, "wireguard")
})
afterEach(() => rmSync(base, { recursive: true }))

const modeOf = (path: string) => lstatSync(path).mode & 0o777
const path = (name: string) => join(directory, `${name}.sock`)

it("a socket is its owner's alone, in a directory that is its owner's alone", () => {
  const fd = createWireguardSockets(directory).open("wg0")
  expect(modeOf(directory)).toBe(0o700)
  expect(modeOf(path("wg0"))).toBe(0o600)
  expect(unixSocketAnswers(path("wg0"))).toBe(true)
  closeSync(fd)
})

it("a socket that another program serves is left alone; a dead one is taken over", () => {
  const other = createWireguardSockets(directory)
  const served = other.open("wg0")
  const sockets = createWireguardSockets(directory)
  expect(() => sockets.open("wg0")).toThrow(/EADDRINUSE/)
  expect(unixSocketAnswers(path("wg0"))).toBe(true)
  closeSync(served)
  closeSync(sockets.open("wg0"))
})

it("a socket is removed when it is still ours, and another's is not", () => {
  const sockets = createWireguardSockets(directory)
  for (const name of ["wg0", "wg1", "wg2"]) closeSync(sockets.open(name))
  sockets.remove("wg0")
  expect(existsSync(path("wg0"))).toBe(false)
  rmSync(path("wg1"))
  const others = openUnixListener(path("wg1"), 1)
  sockets.close()
  expect([existsSync(path("wg1")), existsSync(path("wg2"))]).toEqual([true, false])
  closeSync(others)
  sockets.remove("wg1")
  sockets.remove("never-made")
})

it.each(["", "..", "../wg0", "a/b", "wg 0", "sixteen-letters-", "wg\0", "%d"])("%j is no interface", (name) => {
  expect(() => createWireguardSockets(directory).open(name)).toThrow(/EINVAL/)
  expect(existsSync(directory)).toBe(false)
})

it("a directory in which others may write, a link to one, and a file in the way are refused", () => {
  mkdirSync(directory)
  chmodSync(directory, 0o777)
  expect(() => createWireguardSockets(directory).open("wg0")).toThrow(/EACCES/)
  chmodSync(directory, 0o755)
  writeFileSync(path("wg0"), "precious")
  expect(() => createWireguardSockets(directory).open("wg0")).toThrow(/EEXIST/)
  symlinkSync(directory, join(base, "link"))
  expect(() => createWireguardSockets(join(base, "link")).open("wg1")).toThrow(/ENOTDIR|ELOOP/)
  expect(() => createWireguardSockets(join(base, "missing", "below")).open("wg0")).toThrow(/ENOENT/)
})
