import { expect, test } from "vitest"
import { Batch } from "../batch.ts"
import { bundleSize, countFitting, mostPackets, unbundle } from "./icmp-bundle.ts"

const overhead = 36

function batchOf(...packets: [length: number, peer: number][]): Batch {
  const batch = new Batch(64)
  for (const [length, peer] of packets) batch.add(0, length, peer)
  return batch
}

const fits = bundleSize - overhead
test.each([
  { what: "one packet", lengths: [100], count: 1 },
  { what: "two small ones", lengths: [100, 100], count: 2 },
  { what: "what fills it to the last byte", lengths: [fits - 2 - 2 - 7, 7], count: 2 },
  { what: "one byte more", lengths: [fits - 2 - 2 - 7, 8], count: 1 },
  { what: "a large one before a small one", lengths: [1400, 40], count: 1 },
  { what: "a large one after small ones", lengths: [40, 40, 1400, 40], count: 2 },
  { what: "more than eight", lengths: new Array<number>(20).fill(10), count: mostPackets },
  { what: "an empty one", lengths: [0, 10], count: 1 },
  { what: "an empty one among others", lengths: [10, 10, 0, 10], count: 2 },
])("$what: $count in one message", ({ lengths, count }) => {
  const batch = batchOf(...lengths.map((length): [number, number] => [length, 0]))
  expect(countFitting(batch, 0, batch.count, overhead)).toBe(count)
})

test("a bundle ends where another peer's packet or the given end stands", () => {
  const batch = batchOf([10, 3], [10, 3], [10, 4], [10, 3])
  expect(countFitting(batch, 0, 4, overhead)).toBe(2)
  expect(countFitting(batch, 0, 1, overhead)).toBe(1)
  expect(countFitting(batch, 2, 4, overhead)).toBe(1)
})

const read = (bytes: readonly number[], batch = new Batch(64)) => ({
  ok: unbundle(new DataView(Uint8Array.from([9, 9, ...bytes]).buffer), 2, bytes.length, batch, 5),
  packets: Array.from({ length: batch.count }, (_, i) => [
    batch.at[i],
    batch.length[i],
    batch.peer[i],
    batch.bundle[i],
  ]),
})

test("packets are found where they lie, and know how many they are", () => {
  expect(read([0, 1, 7, 0, 3, 7, 7, 7, 0, 1, 7])).toEqual({
    ok: true,
    packets: [
      [4, 1, 5, 3],
      [7, 3, 5, 3],
      [12, 1, 5, 3],
    ],
  })
})

test.each([
  ["no packet", []],
  ["half a length", [0]],
  ["a length of 0", [0, 0]],
  ["a length of 0 behind a packet", [0, 1, 7, 0, 0]],
  ["one byte too few", [0, 2, 7]],
  ["one byte too many", [0, 1, 7, 0]],
  ["the largest length", [0xff, 0xff, 7]],
  ["nine packets", new Array<number[]>(mostPackets + 1).fill([0, 1, 7]).flat()],
])("%s: nothing of it is taken", (_what, bytes) => {
  expect(read(bytes)).toEqual({ ok: false, packets: [] })
})

test("what the batch held before stays", () => {
  const batch = batchOf([10, 1])
  expect(read([0, 1, 7, 0, 9], batch).ok).toBe(false)
  expect(batch.count).toBe(1)
  expect(read([0, 1, 7, 0, 1, 7], batch).ok).toBe(true)
  expect([...batch.bundle.subarray(0, 3)]).toEqual([0, 2, 2])
})
