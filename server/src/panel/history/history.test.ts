import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { type Counted, type CountedRow, Problem, type Resolution } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { everySecond } from "./every-second.ts"
import { History } from "./history.ts"
import { HistoryStore, openHistory } from "./history-store.ts"
import { tidy } from "./tidy.ts"
import { historyCsv } from "./view.ts"

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tundeck-history-"))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const start = Date.UTC(2026, 10, 20, 12, 0, 0)

const fail = (error: unknown): void => {
  throw error
}

/** An engine of one or more tunnels that tells their counters when asked, and a clock that is set by hand. */
function lab(store = openHistory(directory), at = start, onFault = fail) {
  let now = at
  let answer: () => Counted = () => ({ revision: 1, running: [], rows: [] })
  let revision = 1
  const history = new History({
    engine: { call: async () => answer() as never },
    store,
    now: () => now,
    onCounted: () => {},
    onFault,
  })
  const next = async (rows: CountedRow[], { seconds = 1, running = ["t"] as string[] | undefined } = {}) => {
    now += seconds * 1000
    revision += 1
    answer = () => ({ revision, ...(running && { running }), rows })
    await history.read()
  }
  const miss = async (seconds = 1) => {
    now += seconds * 1000
    answer = () => {
      throw new Problem("engine-unavailable")
    }
    await history.read().catch(() => {})
  }
  const known = (resolution: Resolution = "second", peer?: string) => {
    const { times, outboundBytesPerSecond } = history.view("t", peer, { from: at - 86_400_000, to: now, resolution })
    return times.map((time, i) => [(time - at) / 1000, outboundBytesPerSecond[i]])
  }
  return {
    history,
    next,
    miss,
    known,
    view: () => history.view("t", undefined, { from: at - 3_600_000, resolution: "second" }),
  }
}

const counted = (bytes: number, more: Partial<CountedRow> = {}): CountedRow => {
  return { id: "t", values: [bytes, 0, bytes / 100, 0, 0, 0], roundTripMs: null, retransmissions: null, ...more }
}

describe("the history of a tunnel", () => {
  it("is what its counters grew by in each second; one that is not named counted nothing", async () => {
    const { next, known } = lab()
    await next([counted(1000)])
    await next([counted(1500)])
    await next([], { running: undefined })
    await next([], { running: undefined })
    await next([counted(1800)])
    expect(known()).toEqual([
      [1, 500],
      [2, 0],
      [3, 0],
      [4, 300],
    ])
  })

  it("a reading that is late is spread over its seconds, and none of it is lost", async () => {
    const { next, known } = lab()
    await next([counted(0)])
    await next([counted(1000)], { seconds: 3 })
    expect(known()).toEqual([
      [1, 333],
      [2, 333],
      [3, 334],
    ])
  })

  it.each<[string, (test: ReturnType<typeof lab>) => Promise<void>]>([
    ["the engine was away", async ({ miss }) => miss()],
    ["nobody read for long", async ({ next }) => next([counted(70_000)], { seconds: 60 })],
    ["it was stopped", async ({ next }) => next([], { running: [] })],
    ["its counters began anew", async ({ next }) => next([counted(10)])],
  ])("%s: a gap, no zero, and no step of a thousand", async (_why, happens) => {
    const test = lab()
    await test.next([counted(50_000)])
    await test.next([counted(50_100)])
    await happens(test)
    await test.next([counted(80_000)])
    await test.next([counted(80_100)])
    const rates = test.known().map(([, bytes]) => bytes)
    const jumps = test.known().map(([second]) => second)
    if (_why === "its counters began anew") expect(rates).toEqual([100, 79_990, 100])
    else expect(rates).toEqual([100, ...(_why === "nobody read for long" ? [10_000] : []), 100])
    expect(jumps[1]).toBeGreaterThan(2)
  })

  it("a clock that is set back writes that time anew, one that is set forward leaves a gap", async () => {
    const { next, known } = lab()
    await next([counted(0)])
    for (let i = 1; i <= 20; i++) await next([counted(i * 100)])
    await next([counted(5000)], { seconds: -11 })
    await next([counted(5007)])
    await next([counted(9000)], { seconds: 100 })
    await next([counted(9009)])
    expect(known().slice(7)).toEqual([
      [8, 100],
      [9, 100],
      [10, 7],
      [111, 9],
    ])
  })

  it("outlives the panel, in every resolution, and a panel that was killed loses five minutes at most", async () => {
    const first = lab()
    await first.next([counted(0)])
    for (let i = 1; i <= 700; i++) await first.next([counted(i * 100)])
    const killed = new HistoryStore(new DatabaseSync(join(directory, "history.db")))
    expect(killed.of("t").latest("second", 1e10)?.bytes.length).toBeGreaterThan(0)
    killed.close()
    first.history.close()
    const second = lab(openHistory(directory), start + 720_000)
    await second.next([counted(70_500)])
    await second.next([counted(70_700)])
    const { times } = second.history.view("t", undefined, { from: start, resolution: "second" })
    expect(times).toHaveLength(701)
    const minutes = second.history.view("t", undefined, { from: start, resolution: "minute" })
    expect(minutes.measuredSeconds).toEqual([59, ...new Array(10).fill(60), 41, 1])
    expect(minutes.outboundBytesPerSecond).toEqual([...new Array(12).fill(100), 200])
    expect(second.history.view("t", undefined, { from: start, resolution: "hour" }).measuredSeconds).toEqual([701])
  })

  it("what the transport does not know is null, and a round trip the mean of what was measured", async () => {
    const { next, view, history } = lab()
    await next([counted(0)])
    await next([counted(100, { roundTripMs: 4 })])
    await next([counted(200, { roundTripMs: 8, retransmissions: 3 })])
    await next([counted(300, { retransmissions: 5 })])
    expect(view().roundTripMs).toEqual([4, 8, null])
    expect(view().retransmissionsPerSecond).toEqual([null, null, 2])
    expect(history.view("t", undefined, { resolution: "minute" }).roundTripMs).toEqual([6])
    const [head, line] = historyCsv(view()).split("\r\n")
    expect(head).toMatch(/^time,measuredSeconds,outboundBytesPerSecond,.*,roundTripMs,retransmissionsPerSecond$/)
    expect(line).toBe("2026-11-20T12:00:01.000Z,1,100,0,1,0,0,0,4,")
  })

  it("each peer has its own, and a tunnel that is deleted takes all with it", async () => {
    const { next, known, history } = lab()
    await next([counted(0), counted(0, { peer: "a" }), counted(0, { peer: "b" })])
    await next([counted(300), counted(300, { peer: "b" })])
    expect([known("second", "a"), known("second", "b")]).toEqual([[[1, 0]], [[1, 300]]])
    await history.save()
    history.forget("t")
    expect([known(), known("second", "b")]).toEqual([[], []])
  })

  it("does not come back when it is deleted while the engine is asked", async () => {
    const { next, history, known } = lab()
    await next([counted(0)])
    const asked = next([counted(100)])
    history.forget("t")
    await asked
    await history.save()
    expect(known()).toEqual([])
    await next([], { running: [] })
    expect(known()).toEqual([])
  })

  it("is saved every five minutes; what could not be is tried again after half a minute", async () => {
    const store = openHistory(directory)
    const saves: number[] = []
    let isFull = true
    let second = 0
    const save = store.save.bind(store)
    store.save = (chunks) => {
      saves.push(second)
      if (isFull) throw new Error("no space left")
      save(chunks)
    }
    const { next, known } = lab(store, start, () => {})
    for (; second < 400; second++) {
      await next([counted(second * 100)])
      if (second === 335) isFull = false
    }
    expect(saves.map((at) => at + 1)).toEqual([300, 330, 360])
    expect(known()).toHaveLength(399)
  })
})

describe("what is saved", () => {
  it("stays within its bound: what is past its time goes, then the oldest", () => {
    const store = new HistoryStore(new DatabaseSync(":memory:"), 5000)
    const bytes = new Uint8Array(1000)
    const chunk = (series: string, start: number) => ({ series, resolution: "second" as const, start, bytes })
    store.save([chunk("a", 300), chunk("a", 6300), chunk("b", 9000)])
    for (const _ of tidy(store, 10_000)) expect(store.bytes).toBeLessThan(3001)
    expect(store.of("a").between("second", 0, 10_000)).toHaveLength(1)
    store.save(Array.from({ length: 9 }, (_, i) => chunk(`s${i}`, 9300)))
    for (const _ of tidy(store, 10_000)) expect(store.bytes).toBeGreaterThanOrEqual(5000)
    expect(store.bytes).toBe(5000)
    expect(store.of("a").between("second", 0, 10_000)).toEqual([])
    store.close()
  })

  it("a file that is damaged begins anew", () => {
    openHistory(directory).close()
    writeFileSync(join(directory, "history.db"), "no database")
    const store = openHistory(directory)
    expect(store.bytes).toBe(0)
    store.close()
    expect(readFileSync(join(directory, "history.db")).subarray(0, 6).toString()).toBe("SQLite")
  })
})

it("readings come soon after each second has begun, and end when they are told to", async () => {
  const offsets: number[] = []
  const two = Promise.withResolvers<void>()
  const reading = everySecond(async () => {
    offsets.push(Date.now() % 1000)
    if (offsets.length === 2) two.resolve()
    throw new Error("the next one comes all the same")
  })
  await two.promise
  await reading.stop()
  expect(offsets).toHaveLength(2)
})
