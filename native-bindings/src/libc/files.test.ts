import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { close, flock, lock, open, openFlags } from "./files.ts"

test("a lock has one holder; the other is told, and gets it afterwards", () => {
  const folder = mkdtempSync(join(tmpdir(), "native-bindings-"))
  const path = join(folder, "lock")
  const flags = openFlags.readWrite | openFlags.create | openFlags.closeOnExec
  const [first, second] = [open(path, flags, 0o600), open(path, flags, 0o600)]
  flock(first, lock.exclusive)
  expect(() => flock(second, lock.exclusive | lock.nonBlocking)).toThrow(/^flock: EAGAIN/)
  flock(first, lock.unlock)
  expect(() => flock(second, lock.exclusive | lock.nonBlocking)).not.toThrow()
  close(first)
  close(second)
  rmSync(folder, { recursive: true })
})

test("what cannot be opened is named", () => {
  expect(() => open("/no/such/file", openFlags.readOnly)).toThrow(
    "open /no/such/file: ENOENT (No such file or directory)",
  )
})
