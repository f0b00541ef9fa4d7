import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { HostEvent } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { createChanges } from "../changes.ts"
import { openStore } from "../store/open.ts"
import type { Store } from "../store/store.ts"
import { Events } from "./events.ts"

let directory: string
let store: Store
let events: Events
let told: HostEvent[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tundeck-events-"))
  store = openStore(directory).store
  const changes = createChanges()
  events = new Events(store, changes)
  told = []
  changes.event.on((event) => told.push(event))
})
afterEach(() => {
  events.flush()
  store.close()
  rmSync(directory, { recursive: true })
})

const record = (text: string) => events.record({ severity: "info", subject: "tunnel lab", text })

it("what is told live has the number under which it is listed", async () => {
  record("up")
  record("down")
  await eventually(() => expect(told).toHaveLength(2))
  expect(events.list({ limit: 10 }).items).toEqual(told.toReversed())
  expect(told.map(({ id }) => id)).toEqual([1, 2])
})

it("a list has what has just happened", () => {
  record("up")
  expect(events.list({ limit: 10 }).items.map(({ text }) => text)).toEqual(["up"])
})

it("of 10,600 the newest 10,000 are kept, page by page", () => {
  for (let i = 1; i <= 10_600; i++) record(`event ${i}`)
  const ids: number[] = []
  let before: number | undefined
  do {
    const page = events.list({ limit: 1000, before })
    ids.push(...page.items.map(({ id }) => id))
    before = page.next === undefined ? undefined : Number(page.next)
  } while (before !== undefined)
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([10_000, 10_600, 601])
})

it("a text without an end is cut", () => {
  record("x".repeat(100_000))
  expect(events.list({ limit: 1 }).items[0]?.text).toHaveLength(500)
})
