import fc from "fast-check"
import { expect, it } from "vitest"
import { ReplayWindow } from "./replay-window.ts"

const size = 8128n

/** As the sentence says it: a counter is taken once, and when it is not 8,128 or more behind the greatest. */
class Model {
  readonly #seen = new Set<bigint>()
  #greatest = 0n

  take(counter: bigint): boolean {
    if (this.#seen.has(counter) || counter <= this.#greatest - size) return false
    this.#seen.add(counter)
    if (counter > this.#greatest) this.#greatest = counter
    return true
  }
}

const take = (window: ReplayWindow, counter: bigint) =>
  window.take(Number(BigInt.asIntN(32, counter)), Number(BigInt.asIntN(32, counter >> 32n)))

function verdicts(counters: readonly bigint[]): boolean[] {
  const window = new ReplayWindow()
  return counters.map((counter) => take(window, counter))
}

it.each<[string, bigint[], boolean[]]>([
  ["each once", [0n, 1n, 1n, 0n, 2n], [true, true, false, false, true]],
  ["late, but within", [9n, 8n, 7n, 7n, 6n], [true, true, true, false, true]],
  ["the last of the window", [size, 1n, 1n, 0n], [true, true, false, false]],
  ["one beyond it", [size + 1n, 1n, 2n], [true, false, true]],
  ["what came words ago stays known", [0n, 32n, 64n, 96n, 64n, 32n, 0n], [true, true, true, true, false, false, false]],
  ["a ring later its bits are free", [33n, 65n, 8191n, 8224n, 8225n, 8257n], [true, true, true, true, true, true]],
  ["a jump of a whole ring", [0n, 8192n, 8191n, 65n, 64n], [true, true, true, true, false]],
  ["a jump of many rings to the same bit", [5n, 5n + 8192n * 9n, 5n], [true, true, false]],
  [
    "one less than a ring, to the same word",
    [103n, 65n, 96n, 8294n, 8257n, 8288n],
    [true, true, true, true, true, true],
  ],
  [
    "across 2^32",
    [0xffff_fffen, 0x1_0000_0001n, 0xffff_ffffn, 0x1_0000_0000n, 0xffff_fffen],
    [true, true, true, true, false],
  ],
  [
    "the window across 2^32",
    [(1n << 32n) + 100n, (1n << 32n) + 100n - size, (1n << 32n) + 101n - size],
    [true, false, true],
  ],
  ["2^32 apart is not the same", [3n, 3n + (1n << 32n), 3n], [true, true, false]],
  ["above 2^53", [(1n << 53n) + 1n, 1n << 53n, (1n << 53n) + 1n, 1n << 53n], [true, true, false, false]],
  [
    "the greatest of all",
    [(1n << 64n) - 1n, (1n << 64n) - size, (1n << 64n) - 1n - size, (1n << 64n) - 1n],
    [true, true, false, false],
  ],
])("%s", (_name, counters, expected) => {
  expect(verdicts(counters)).toEqual(expected)
})

it.each([
  ["0", 0n],
  ["2^32", (1n << 32n) - 9_999n],
])("one by one from below %s on, each twice and its forerunner again: the first time alone", (_name, base) => {
  const window = new ReplayWindow()
  for (let counter = base; counter < base + 20_000n; counter++) {
    expect(take(window, counter)).toBe(true)
    expect(take(window, counter)).toBe(false)
    if (counter > base) expect(take(window, counter - 1n)).toBe(false)
  }
})

it("the newest is the greatest that came, 0 before the first", () => {
  const window = new ReplayWindow()
  expect(window.newest).toBe(0)
  for (const counter of [0n, 9n, 3n, 8n]) take(window, counter)
  expect(window.newest).toBe(9)
})

const near = (base: bigint) =>
  fc.array(
    fc.bigInt({ min: 0n, max: 20_000n }).map((offset) => base + offset),
    { maxLength: 400 },
  )

it.each([
  ["from 0", 0n],
  ["across 2^32", (1n << 32n) - 10_000n],
  ["across 2^53", (1n << 53n) - 10_000n],
  ["across 2^63", (1n << 63n) - 10_000n],
  ["at the end", (1n << 64n) - 20_001n],
])("any counters %s: as the model", (_name, base) => {
  fc.assert(
    fc.property(near(base), (counters) => {
      const model = new Model()
      expect(verdicts(counters)).toEqual(counters.map((counter) => model.take(counter)))
    }),
    { numRuns: 200 },
  )
})

it("a stream that is reordered and repeated, with leaps: as the model", () => {
  const leap = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -70, max: 70 }) },
    { weight: 4, arbitrary: fc.integer({ min: -8300, max: 8300 }) },
    { weight: 3, arbitrary: fc.integer({ min: 8100, max: 8220 }) },
    { weight: 1, arbitrary: fc.integer({ min: -20_000, max: 2 ** 33 }) },
  )
  fc.assert(
    fc.property(fc.array(leap, { maxLength: 600 }), (leaps) => {
      let at = 0n
      const counters = leaps.map((by) => {
        at += BigInt(by)
        if (at < 0n) at = 0n
        return at
      })
      const model = new Model()
      expect(verdicts(counters)).toEqual(counters.map((counter) => model.take(counter)))
    }),
    { numRuns: 300 },
  )
})
