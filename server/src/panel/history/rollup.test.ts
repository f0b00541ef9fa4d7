import { type Resolution, resolutionNames, resolutions } from "@tundeck/shared"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Run } from "./chunk.ts"
import { Rollup, type SavedChunk, type SavedChunks } from "./rollup.ts"
import { addSums, noSums, type Sums, sum } from "./sums.ts"

/** What was saved, as the store keeps it. */
class Saved implements SavedChunks {
  readonly rows = new Map<string, SavedChunk>()

  put(chunks: SavedChunk[]): void {
    for (const chunk of chunks) this.rows.set(`${chunk.resolution} ${chunk.start}`, chunk)
  }

  save(rollup: Rollup): void {
    this.put(rollup.changed())
    rollup.saved()
  }

  latest(resolution: Resolution, step: number): SavedChunk | undefined {
    return this.between(resolution, 0, step).at(-1)
  }

  between(resolution: Resolution, firstStart: number, lastStart: number): SavedChunk[] {
    const isWanted = (row: SavedChunk) =>
      row.resolution === resolution && row.start >= firstStart && row.start <= lastStart
    return [...this.rows.values()].filter(isWanted).sort((a, b) => a.start - b.start)
  }
}

const end = 2 ** 31
const stepsOf = (runs: Run[]) => {
  const entries = runs.flatMap(({ step, count, sums }) => {
    return Array.from({ length: count }, (_, i): [number, number[]] => [step + i, [...sums]])
  })
  return new Map(entries)
}

/** The same by the book: every second remembered, every step added up. */
function naive(seconds: ReadonlyMap<number, Sums>, resolution: Resolution): Map<number, number[]> {
  const steps = new Map<number, number[]>()
  for (const [second, sums] of seconds) {
    const step = Math.floor(second / resolutions[resolution].stepSeconds)
    const total = steps.get(step) ?? noSums()
    addSums(total, sums)
    steps.set(step, total)
  }
  return steps
}

const measured = fc
  .array(fc.oneof(fc.constant(0), fc.nat(300), fc.nat({ max: 2 ** 40 })), { minLength: sum.size, maxLength: sum.size })
  .map((values): Sums => values.with(sum.seconds, 1))
const stretch = fc.record({
  missing: fc.oneof(fc.constant(0), fc.nat(90), fc.nat(10_000), fc.nat(3_000_000)),
  count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 })),
  sums: measured,
  next: fc.constantFrom("go on", "go on", "save", "settle", "restart", "restart without a word", "go back"),
  back: fc.oneof(fc.nat(90), fc.nat(1000), fc.nat(100_000)),
})

describe("a history in falling resolution", () => {
  it("says in every resolution what adding up all seconds says, whatever is missing, however often the panel restarts or the clock is set back", () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.array(stretch, { maxLength: 60 }), (from, stretches) => {
        const saved = new Saved()
        const seconds = new Map<number, Sums>()
        let rollup = new Rollup(saved, from)
        let second = from
        for (const { missing, count, sums, next, back } of stretches) {
          second += missing
          expect(rollup.append(second, count, sums)).toBe(true)
          for (let i = 0; i < count; i++) seconds.set(second + i, sums)
          second += count
          if (next === "go on") continue
          if (next === "go back") {
            second = Math.max(from, second - back)
            for (const later of [...seconds.keys()].filter((known) => known >= second)) seconds.delete(later)
            rollup.goBack(second)
            continue
          }
          if (next === "settle" || next === "restart") rollup.settle(second)
          saved.save(rollup)
          if (next.startsWith("restart")) rollup = new Rollup(saved, second)
        }
        for (const resolution of resolutionNames) {
          expect(stepsOf(rollup.read(resolution, 0, end)), resolution).toEqual(naive(seconds, resolution))
        }
      }),
      { numRuns: 60 },
    )
  })

  it("answers the steps that were asked for, and no others", () => {
    const rollup = new Rollup(new Saved(), 1000)
    rollup.append(1000, 500, noSums().with(sum.seconds, 1))
    const steps = [...stepsOf(rollup.read("second", 1100, 1103)).keys()]
    expect(steps).toEqual([1100, 1101, 1102])
    expect([...stepsOf(rollup.read("minute", 17, 19)).keys()]).toEqual([17, 18])
  })

  it("does not go back in time; begun anew at an earlier second, what was said of later ones is forgotten", () => {
    const saved = new Saved()
    const one = noSums().with(sum.seconds, 1)
    const before = new Rollup(saved, 6000)
    before.append(6000, 90, one)
    expect(before.append(6080, 1, one)).toBe(false)
    before.settle(7000)
    saved.save(before)
    const after = new Rollup(saved, 6070)
    expect(after.next).toBe(6070)
    after.append(6075, 1, one)
    expect([...stepsOf(after.read("minute", 0, 102))].map(([step, sums]) => [step, sums[sum.seconds]])).toEqual([
      [100, 60],
      [101, 11],
    ])
  })

  it("of bytes that are damaged keeps what can be read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const saved = new Saved()
        saved.put(resolutionNames.map((resolution) => ({ resolution, start: 0, bytes })))
        const rollup = new Rollup(saved, 10_000_000)
        for (const resolution of resolutionNames) rollup.read(resolution, 0, 200)
      }),
    )
  })

  it("an idle tunnel's week is a few bytes, a busy one's second some twenty", () => {
    const idle = new Rollup(new Saved(), 0)
    const sums = noSums().with(sum.seconds, 1).with(sum.roundTripSeconds, 1).with(sum.roundTripMicroseconds, 25_000)
    idle.append(0, 300, sums)
    expect(idle.changed().reduce((total, { bytes }) => total + bytes.length, 0)).toBeLessThan(40)
    const busy = new Rollup(new Saved(), 0)
    for (let i = 0; i < 300; i++) {
      const second = [1.25e9 + i, 1.25e9 - i, 1e6 + i, 1e6 - i, 1000 + i, 1000 - i, 200 + i, 1, 1, 1, 30_000 + i]
      busy.append(i, 1, second)
    }
    const bytes = busy.changed().find(({ resolution }) => resolution === "second")?.bytes.length ?? 0
    expect(bytes / 300).toBeLessThan(36)
  })
})
