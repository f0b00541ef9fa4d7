import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setImmediate } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Totals } from "./growth.ts"
import { HistoryStore, openHistory, type SeriesChunk } from "./history-store.ts"
import { Rollup } from "./rollup.ts"
import { Saving } from "./saving.ts"
import { Series } from "./series.ts"

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tundeck-saving-"))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const start = 1_795_800_000

/** So many tunnels that carry 100 bytes more in each second than in the one before, and faults as they are told. */
function lab({ tunnels = 100, store = openHistory(directory), mostWaitingBytes = 1e8 } = {}) {
  const series = new Map<string, Series>()
  for (let i = 0; i < tunnels; i++) series.set(`t${i}`, new Series(`t${i}`, store.of(`t${i}`), start))
  let second = start
  const faults: unknown[] = []
  const onFault = (error: unknown) => faults.push(error)
  const saving = new Saving({ series, store, until: () => second, onFault, mostWaitingBytes })
  const run = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      second++
      const bytes = (second - start) ** 2 * 50
      const row: Totals = { values: [bytes, 0, 0, 0, 0, 0], roundTripMs: null, retransmissions: null }
      for (const one of series.values()) one.advance(row, second - 1, second)
    }
  }
  return { series, store, saving, faults, run, now: () => second }
}

/** The seconds that are known of a tunnel in memory or, when it is not there, in the store. */
function secondsOf(name: string, store: HistoryStore, series?: Map<string, Series>): number[] {
  const rollup = series?.get(name)?.rollup ?? new Rollup(store.of(name), start + 1e6)
  return rollup
    .read("second", 0, start + 1e6)
    .flatMap(({ step, count }) => Array.from({ length: count }, (_, i) => step + i - start))
}

const upTo = (end: number, from = 1) => Array.from({ length: end - from }, (_, i) => from + i)

/** A store that takes no more than so many saves, until it is mended. */
class Failing extends HistoryStore {
  left = Number.POSITIVE_INFINITY
  readonly saves: number[] = []

  override save(chunks: readonly SeriesChunk[]): void {
    if (this.left-- <= 0) throw new Error("no space left")
    super.save(chunks)
    this.saves.push(new Set(chunks.map(({ series }) => series)).size)
  }
}

const failing = () => new Failing(new DatabaseSync(join(directory, "history.db")))

describe("a save", () => {
  it("is made in slices, and everybody else has a turn after each", async () => {
    const store = failing()
    const { saving, run } = lab({ store })
    run(5)
    const seen: number[] = []
    let isOver = false
    const saved = saving.save().then(() => {
      isOver = true
    })
    while (!isOver) {
      seen.push(store.saves.length)
      await setImmediate()
    }
    await saved
    expect(Math.max(...store.saves)).toBeLessThanOrEqual(16)
    expect(store.saves.reduce((a, b) => a + b)).toBe(100)
    expect(new Set(seen)).toEqual(new Set(store.saves.map((_, i) => i + 1)))
    store.close()
  })

  it("that is under way loses and doubles no second, whatever passes meanwhile", async () => {
    const { saving, run, store, series } = lab()
    run(700)
    const saved = saving.save()
    for (let i = 0; i < 5; i++) {
      await setImmediate()
      run(1)
    }
    await saved
    for (const name of ["t0", "t50", "t99"]) expect(secondsOf(name, store, series)).toEqual(upTo(705))
    await saving.save()
    for (const name of ["t0", "t50", "t99"]) expect(secondsOf(name, store)).toEqual(upTo(705))
    saving.close()
  })

  it("that the end of the panel interrupts is completed then", async () => {
    const { saving, run } = lab()
    run(10)
    const saved = saving.save()
    await setImmediate()
    run(1)
    saving.close()
    await saved
    const store = openHistory(directory)
    for (const name of ["t0", "t50", "t99"]) expect(secondsOf(name, store)).toEqual(upTo(11))
    store.close()
  })

  it("does not bring back a tunnel that is deleted midway, whether its turn was or will be", async () => {
    const { saving, run, store } = lab()
    run(10)
    const saved = saving.save()
    await setImmediate()
    saving.forget("t0")
    saving.forget("t99")
    await saved
    expect(["t0", "t50", "t99"].map((name) => secondsOf(name, store).length)).toEqual([0, 9, 0])
    saving.close()
  })
})

describe("a save that fails", () => {
  it("midway loses nothing and doubles nothing, and is told once", async () => {
    const store = failing()
    const { saving, run, faults, series } = lab({ store })
    run(700)
    store.left = 2
    await saving.save()
    run(700)
    await saving.save()
    expect([faults.length, saving.isFailing]).toEqual([1, true])
    for (const name of ["t0", "t99"]) expect(secondsOf(name, store, series)).toEqual(upTo(1400))
    store.left = Number.POSITIVE_INFINITY
    await saving.save()
    expect(saving.isFailing).toBe(false)
    for (const name of ["t0", "t99"]) expect(secondsOf(name, store)).toEqual(upTo(1400))
    saving.close()
  })

  it.each<[string, string, string, string]>([
    ["somebody else writes", "locked", "BEGIN IMMEDIATE", "ROLLBACK"],
    ["the disk is full", "full", "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 100000"],
  ])("because %s: the same, and what is deleted meanwhile is deleted then", async (_why, message, begin, end) => {
    const path = join(directory, "history.db")
    const own = new DatabaseSync(path)
    const { saving, run, faults, store } = lab({ store: new HistoryStore(own) })
    const other = message === "full" ? own : new DatabaseSync(path)
    run(400)
    await saving.save()
    run(400)
    other.exec(begin)
    await saving.save()
    saving.forget("t1")
    run(400)
    expect(faults).toMatchObject([{ message: expect.stringContaining(message) }])
    other.exec(end)
    await saving.save()
    expect([faults.length, saving.isFailing]).toEqual([1, false])
    expect(secondsOf("t0", store)).toEqual(upTo(1200))
    expect(secondsOf("t1", store)).toEqual([])
    if (other !== own) other.close()
    saving.close()
  })

  it("keeps a tunnel that stopped, until it is saved", async () => {
    const store = failing()
    const { saving, run, series, now } = lab({ store, tunnels: 2 })
    run(50)
    series.get("t0")?.stop(now())
    store.left = 0
    await saving.save()
    expect(series.has("t0")).toBe(true)
    store.left = 10
    await saving.save()
    expect([...series.keys()]).toEqual(["t1"])
    expect(secondsOf("t0", store)).toEqual(upTo(50))
    saving.close()
  })

  it("for long keeps the newest that memory may hold, and every minute's sum before that", async () => {
    const store = failing()
    const { saving, run, series, now } = lab({ store, tunnels: 4, mostWaitingBytes: 40_000 })
    store.left = 0
    for (let i = 0; i < 12; i++) {
      run(300)
      await saving.save()
    }
    const waiting = [...series.values()].flatMap(({ rollup }) => rollup.waiting().map(({ bytes }) => bytes))
    expect(waiting.reduce((a, b) => a + b)).toBeLessThanOrEqual(40_000)
    const seconds = secondsOf("t0", store, series)
    expect(seconds.at(-1)).toBe(now() - start - 1)
    expect(seconds[0]).toBeGreaterThan(300)
    const minutes = series.get("t0")?.rollup.read("minute", 0, start) ?? []
    expect(minutes.reduce((total, { count }) => total + count, 0)).toBe(60)
    saving.close()
  })
})
