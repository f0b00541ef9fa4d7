import { writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { groupsOf, parseAccounts, usersOf } from "./accounts.ts"

let directory: string
let file: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "accounts-"))
  file = join(directory, "accounts")
  writeFileSync(file, "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nsecond:x:1000:\n")
})
afterAll(() => rm(directory, { recursive: true }))

it("a name is found with its id, and an id with its first name", () => {
  expect(usersOf(file).idOf("alice")).toBe(1000)
  expect(groupsOf(file).nameOf(1000)).toBe("alice")
})

it("a number needs no account", () => {
  expect(usersOf(file).idOf(4242)).toBe(4242)
  expect(usersOf(file).nameOf(4242)).toBeUndefined()
})

it("an unknown name is a problem at its field", () => {
  expect(() => usersOf(file).idOf("nobody-here")).toThrowError(
    expect.objectContaining({ code: "owner-not-found", errors: [expect.objectContaining({ path: "owner" })] }),
  )
  expect(() => groupsOf(file).idOf("nobody-here")).toThrowError(expect.objectContaining({ code: "group-not-found" }))
})

it("a missing file has no accounts", () => {
  expect(usersOf(join(directory, "none")).nameOf(0)).toBeUndefined()
})

it("broken lines are passed over", () => {
  expect(parseAccounts("\nx\nname:x:\n:x:3\nok:x:7:\nbad:x:seven\n")).toEqual([{ name: "ok", id: 7 }])
})
