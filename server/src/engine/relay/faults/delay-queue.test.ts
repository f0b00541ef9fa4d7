import fc from "fast-check"
import { expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { DelayQueue, mostWaiting } from "./delay-queue.ts"

const memory = new DataView(new ArrayBuffer(200_000))
const bytes = new Uint8Array(memory.buffer)

/** Puts a packet of which each byte follows from `id` at `at`. */
function packet(id: number, at: number, length: number): Batch {
  for (let i = 0; i < length; i++) bytes[at + i] = (id * 31 + i * 7) & 0xff
  const batch = new Batch(1)
  batch.add(at, length, id & 0xff)
  batch.gsoType[0] = id & 3
  batch.gsoSize[0] = id
  batch.checksumStart[0] = id + 1
  batch.checksumOffset[0] = id + 2
  return batch
}

function take(queue: DelayQueue): { id: number; length: number; isWhole: boolean } {
  const batch = new Batch(1)
  queue.pop(memory, 100_001, batch)
  const id = batch.gsoSize[0] ?? 0
  const length = batch.length[0] ?? 0
  const isWhole = bytes.subarray(100_001, 100_001 + length).every((byte, i) => byte === ((id * 31 + i * 7) & 0xff))
  expect([batch.peer[0], batch.gsoType[0], batch.checksumStart[0], batch.checksumOffset[0]]) //
    .toEqual([id & 0xff, id & 3, id + 1, id + 2])
  return { id, length, isWhole }
}

it("gives the packets back whole, in the order of their times, of equals in that of their coming", () => {
  const push = fc.record({ length: fc.oneof(fc.nat(100), fc.integer({ min: 2000, max: 9000 })), due: fc.nat(20) })
  const pop = fc.constant("pop" as const)
  const hasten = fc.record({ latest: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(fc.oneof(push, push, pop, hasten), { maxLength: 60, size: "max" }), (steps) => {
      const queue = new DelayQueue()
      let model: { id: number; length: number; due: number }[] = []
      steps.forEach((step, id) => {
        if (step === "pop") {
          const first = model.shift()
          if (first !== undefined) expect(queue.firstMark).toBe(first.id % 3)
          if (first !== undefined) expect(take(queue)).toEqual({ id: first.id, length: first.length, isWhole: true })
        } else if ("latest" in step) {
          queue.hasten(step.latest)
          model = model.map((each) => ({ ...each, due: Math.min(each.due, step.latest) }))
        } else {
          expect(queue.push(memory, packet(id, 3, step.length), 0, step.due, id % 3)).toBe(true)
          model.push({ id, ...step })
          model = model.toSorted((a, b) => a.due - b.due) // stable
        }
        expect(queue.count).toBe(model.length)
        expect(queue.nextDue).toBe(model[0]?.due ?? Number.POSITIVE_INFINITY)
      })
    }),
    { numRuns: 100 },
  )
})

it.each([
  [60, mostWaiting],
  [2048, mostWaiting],
  [2049, mostWaiting / 2],
  [65_535, mostWaiting / 32],
])("of %i bytes it holds %i, and as many again when they are gone", (length, most) => {
  const queue = new DelayQueue()
  const batch = packet(7, 0, length)
  for (let round = 0; round < 2; round++) {
    let held = 0
    while (queue.push(memory, batch, 0, held, -1)) held += 1
    expect(held).toBe(most)
    while (queue.count > 0) queue.pop(memory, 100_000, new Batch(1))
  }
})
