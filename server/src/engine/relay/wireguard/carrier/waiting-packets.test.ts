import { createPacketRing, PacketRingReader } from "@tundeck/shared"
import fc from "fast-check"
import { expect, it } from "vitest"
import { CounterWriter, createCounters, readCounters } from "../../counters.ts"
import { RelayMemory } from "../../memory.ts"
import { memorySize, region } from "../../regions.ts"
import { Traffic } from "../../traffic.ts"
import { headroom, tailroom } from "./room.ts"
import { WaitingPackets } from "./waiting-packets.ts"

function lab() {
  const memory = new RelayMemory(memorySize)
  const counters = createCounters(true)
  const ring = createPacketRing(64)
  const traffic = new Traffic(new CounterWriter(counters), ring)
  const waiting = new WaitingPackets(memory, traffic)
  let next = 0
  return {
    waiting,
    traffic,
    ring,
    /** Packets bear their numbers. */
    keep(place: number, length: number): number {
      const at = region.outbound.at
      memory.bytes.fill(next & 255, at, at + length)
      waiting.keep(place, at, length)
      return next++ & 255
    },
    release(place: number): { bytes: number; length: number }[] {
      const released: { bytes: number; length: number }[] = []
      waiting.release(place, (batch) => {
        let end: number = region.spare.at
        for (let i = 0; i < batch.count; i++) {
          const [at = 0, length = 0] = [batch.at[i], batch.length[i]]
          expect(at - end).toBeGreaterThanOrEqual(headroom)
          expect(batch.peer[i]).toBe(place)
          const bytes = memory.bytes.subarray(at, at + length)
          expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
          released.push({ bytes: bytes[0] ?? 0, length })
          end = at + length
        }
        expect(end + tailroom).toBeLessThanOrEqual(region.spare.at + region.spare.size)
      })
      return released
    },
    dropped: () => readCounters(counters).drops.map(({ reason, packets }) => [reason, packets]),
  }
}

it("what waits comes back whole and in its order, once", () => {
  const { keep, release, dropped } = lab()
  const lengths = [1420, 1, 64, 20, 9000]
  const numbers = lengths.map((length) => keep(3, length))
  keep(4, 100)
  expect(release(3)).toEqual(lengths.map((length, i) => ({ bytes: numbers[i], length })))
  expect(release(3)).toEqual([])
  expect(release(4)).toHaveLength(1)
  expect(dropped()).toEqual([])
})

it("what a person made up is handed over, or dropped, marked, and what waits with it is not", () => {
  const { keep, traffic, ring, waiting } = lab()
  const marks = [-1, 0, 0, -1, 0]
  for (const place of [3, 4]) {
    marks.forEach((mark, i) => {
      traffic.marked = mark
      keep(place, 20 + i)
    })
  }
  traffic.marked = -1
  const released: [number, number][] = []
  waiting.release(3, ({ count, length }) => {
    for (let i = 0; i < count; i++) released.push([traffic.marked, length[i] ?? 0])
  })
  expect(released).toEqual(marks.map((mark, i) => [mark, 20 + i]))
  waiting.drop(4)
  traffic.end()
  const { records } = new PacketRingReader(ring).read(10)
  expect(records.map(({ injected }) => injected)).toEqual(marks.map((mark) => mark === 0))
  expect(traffic.marked).toBe(-1)
})

it("of more than a peer may leave the oldest go, and each has its verdict", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 200 }), (lengths) => {
      const { keep, release, dropped } = lab()
      for (const length of lengths) keep(0, length)
      const left = release(0).map(({ length }) => length)
      expect(left).toEqual(lengths.slice(lengths.length - left.length))
      expect(left.length).toBeLessThanOrEqual(128)
      const bytes = left.reduce((sum, length) => sum + length, 0)
      expect(bytes).toBeLessThanOrEqual(64 * 1024)
      const gone = lengths.length - left.length
      expect(dropped()).toEqual(gone === 0 ? [] : [["no-session", gone]])
      // It kept as much as it may.
      const last = lengths[gone - 1]
      if (last !== undefined) expect(left.length === 128 || bytes + last > 64 * 1024).toBe(true)
    }),
    { numRuns: 50 },
  )
})

it("what waits for a peer without keys is dropped with that reason", () => {
  const { waiting, keep, dropped, release } = lab()
  for (let i = 0; i < 5; i++) keep(1, 100)
  keep(2, 100)
  waiting.drop(1)
  expect(dropped()).toEqual([["no-session", 5]])
  waiting.dropAll()
  expect(dropped()).toEqual([["no-session", 6]])
  expect(release(1)).toEqual([])
})

it("more peers than do a handshake at once find no room, and a packet above it neither", () => {
  const { keep, dropped, release } = lab()
  for (let place = 0; place < 70; place++) keep(place, 100)
  expect(dropped()).toEqual([["no-session", 6]])
  keep(1, 65_537)
  expect(dropped()).toEqual([["no-session", 7]])
  expect(release(1)).toHaveLength(1)
})
