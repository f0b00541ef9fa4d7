import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { firstBrokenAudit, recordAudit } from "./audit.ts"
import { openStore, takeSnapshot, takeSnapshotWhenDue } from "./open.ts"
import { Store, sql } from "./store.ts"

let directory: string
let file: string
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "tundeck-store-")), "data")
  file = join(directory, "tundeck.db")
})
afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }))

const put = (store: Store, name: string) => store.run(sql.insertInto("facts").values({ name, value: "1" }))
const names = (store: Store) =>
  store.all(sql.selectFrom("facts").select("name").orderBy("name")).map(({ name }) => name)

describe("opening", () => {
  it("the directory is the owner's alone, and so is the file", () => {
    openStore(directory).store.close()
    expect([statSync(directory).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
  })

  it("what was saved is there again", () => {
    const { store } = openStore(directory)
    put(store, "a")
    store.close()
    const again = openStore(directory)
    expect([names(again.store), again.warning]).toEqual([["a"], undefined])
    again.store.close()
  })

  it("the state of a newer Tundeck is refused, not changed", () => {
    openStore(directory).store.close()
    const database = new DatabaseSync(file)
    database.exec("PRAGMA user_version = 999")
    database.close()
    expect(() => openStore(directory)).toThrow("newer Tundeck")
  })

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut in half", (bytes) => bytes.subarray(0, bytes.length / 2)],
    ["text", () => Buffer.from("this is no database at all, but a text that somebody put here")],
    [
      "flipped bytes",
      (bytes) => Buffer.from(bytes.map((byte, at) => (at > 4096 && at % 5 === 0 ? byte ^ 0xff : byte))),
    ],
  ])("a damaged file (%s) is kept aside, and the last good copy takes its place", (_fact, damage) => {
    const { store } = openStore(directory)
    put(store, "before the copy")
    takeSnapshot(store, directory)
    put(store, "after the copy")
    store.close()
    writeFileSync(file, damage(readFileSync(file)))
    const opened = openStore(directory)
    expect(names(opened.store)).toEqual(["before the copy"])
    expect(opened.warning).toContain("last good copy")
    expect(readdirSync(directory).filter((name) => name.startsWith("tundeck.db.broken-"))).toHaveLength(1)
    opened.store.close()
  })

  it("when the copy is damaged, too, it starts empty, and says so", () => {
    openStore(directory).store.close()
    for (const path of [file, `${file}.snapshot`]) writeFileSync(path, "damaged")
    const opened = openStore(directory)
    expect([names(opened.store), opened.warning]).toEqual([[], expect.stringContaining("started empty")])
    opened.store.close()
    expect(openStore(directory).warning).toBeUndefined()
  })

  it("an empty file is a new state", () => {
    openStore(directory).store.close()
    writeFileSync(file, "")
    rmSync(`${file}-wal`, { force: true })
    const opened = openStore(directory)
    expect([names(opened.store), opened.warning]).toEqual([[], undefined])
    opened.store.close()
  })

  it("a copy is made once a day, however often it is asked for", () => {
    const { store } = openStore(directory)
    const made = () => statSync(`${file}.snapshot`).ino
    const first = made()
    takeSnapshotWhenDue(store, directory)
    expect(made()).toBe(first)
    takeSnapshotWhenDue(store, directory, Date.now() + 24 * 3_600_000 + 1000)
    expect(made()).not.toBe(first)
    store.close()
  })

  it("the first copy is made at once", () => {
    openStore(directory).store.close()
    expect(existsSync(`${file}.snapshot`)).toBe(true)
  })
})

describe("changes", () => {
  it("a transaction is all or nothing", () => {
    const { store } = openStore(directory)
    const work = () =>
      store.transaction(() => {
        put(store, "a")
        throw new Error("no")
      })
    expect(work).toThrow("no")
    expect(names(store)).toEqual([])
    store.transaction(() => store.transaction(() => put(store, "b")))
    expect(names(store)).toEqual(["b"])
    store.close()
  })

  it("what cannot be saved is store-full; reading goes on; room makes it work again", () => {
    openStore(directory).store.close()
    const database = new DatabaseSync(file)
    const store = new Store(database)
    put(store, "a")
    database.exec("PRAGMA max_page_count = 1") // SQLite takes the present size at least: no page more
    const big = { name: "big", value: "x".repeat(1_000_000) }
    const fill = () => store.transaction(() => store.run(sql.insertInto("facts").values(big)))
    expect(fill).toThrow(expect.objectContaining({ code: "store-full" }))
    expect(names(store)).toEqual(["a"])
    database.exec("PRAGMA max_page_count = 100000")
    expect(fill).not.toThrow()
    store.close()
  })

  it("a read-only state is store-full, too", () => {
    openStore(directory).store.close()
    const database = new DatabaseSync(file)
    database.exec("PRAGMA query_only = ON")
    const store = new Store(database)
    expect(() => put(store, "a")).toThrow(expect.objectContaining({ code: "store-full" }))
    expect(names(store)).toEqual([])
    store.close()
  })
})

describe("audit", () => {
  const fill = (store: Store) => {
    for (const name of ["a", "b", "c"]) {
      recordAudit(store, { actor: "ann", action: "createInterface", subject: `interface ${name}`, detail: { name } })
    }
  }
  const tamper = (statement: string) => {
    const database = new DatabaseSync(file)
    database.exec(statement)
    database.close()
  }

  it("a whole chain is whole", () => {
    const { store } = openStore(directory)
    expect(firstBrokenAudit(store)).toBeUndefined()
    fill(store)
    expect(firstBrokenAudit(store)).toBeUndefined()
    store.close()
  })

  it.each([
    ["a changed record", "UPDATE audit SET actor = 'eve' WHERE id = 2", 2],
    ["a changed detail", "UPDATE audit SET detail = '{}' WHERE id = 1", 1],
    ["a removed record", "DELETE FROM audit WHERE id = 2", 3],
    ["the first one removed", "DELETE FROM audit WHERE id = 1", 2],
    ["a changed hash", "UPDATE audit SET hash = previous_hash WHERE id = 3", 3],
  ])("%s is seen", (_fact, statement, broken) => {
    const { store } = openStore(directory)
    fill(store)
    tamper(statement)
    expect(firstBrokenAudit(store)).toBe(broken)
    store.close()
  })

  it("a change that fails leaves no record", () => {
    const { store } = openStore(directory)
    expect(() =>
      store.transaction(() => {
        fill(store)
        throw new Error("no")
      }),
    ).toThrow()
    expect(store.all(sql.selectFrom("audit").select("id"))).toEqual([])
    store.close()
  })
})
