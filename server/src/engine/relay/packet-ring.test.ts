import { createArena } from "@tundeck/native-bindings"
import { createPacketRing, PacketRingReader, snapLength } from "@tundeck/shared"
import { expect, it } from "vitest"
import { PacketRingWriter } from "./packet-ring-writer.ts"

const arena = createArena(2000)
arena.bytes.forEach((_, i) => {
  arena.bytes[i] = i & 255
})

function write(writer: PacketRingWriter, count: number): void {
  for (let i = 0; i < count; i++) {
    writer.time = 1000.5 + i
    writer.write(1, 3, 22, 5, arena.view, 0, 60 + i, 1)
  }
  writer.publish(0.25)
}

it("the reader sees what the writer wrote", () => {
  const ring = createPacketRing(8)
  const reader = new PacketRingReader(ring)
  const writer = new PacketRingWriter(ring)
  writer.time = 1.25
  writer.write(0, 0, 0, 5, arena.view, 0, 1500, 45)
  write(writer, 1)
  const { records, missed } = reader.read(10)
  expect(missed).toBe(0)
  expect(records).toMatchObject([
    { number: 45, direction: "outbound", verdict: 0, errno: 0, time: 1.25, wireLength: 1500, packets: 45 },
    { number: 46, direction: "inbound", verdict: 3, errno: 22, time: 1000.5, wireLength: 60, packets: 1 },
  ])
  expect(records[0]?.bytes).toEqual(arena.bytes.slice(0, snapLength))
  expect(records[1]?.bytes).toEqual(arena.bytes.slice(0, 60))
})

it("a slow reader learns exactly how many it missed", () => {
  const ring = createPacketRing(8)
  const writer = new PacketRingWriter(ring)
  const reader = new PacketRingReader(ring)
  let [seen, lost] = [0, 0]
  for (const burst of [3, 8, 9, 100, 0, 7]) {
    write(writer, burst)
    const { records, missed } = reader.read(1000)
    seen += records.length
    lost += missed
  }
  expect(seen + lost).toBe(127)
  // Of eight slots the next to be written is never read.
  expect(lost).toBe(127 - 3 - 7 - 7 - 7 - 7)
})

it("what overwrote a counted slot within one wake-up, before it is counted itself, is not taken for it", () => {
  const ring = createPacketRing(8)
  const writer = new PacketRingWriter(ring)
  const reader = new PacketRingReader(ring)
  write(writer, 7)
  for (let i = 0; i < 5; i++) writer.write(1, 0, 0, 5, arena.view, 0, 60, 1)
  const early = reader.read(100)
  expect(early.records.map(({ number }) => number)).toEqual([5, 6, 7])
  writer.publish(0.25)
  const late = reader.read(100)
  expect(late.records.map(({ number }) => number)).toEqual([8, 9, 10, 11, 12])
  expect(early.missed + late.missed).toBe(4)
})

it("a reader that comes late begins with the oldest kept, and counts nothing as missed", () => {
  const ring = createPacketRing(8)
  write(new PacketRingWriter(ring), 20)
  const { records, missed } = new PacketRingReader(ring).read(100)
  expect(missed).toBe(0)
  expect(records[0]?.number).toBe(14)
  expect(records.at(-1)?.number).toBe(20)
})

it("the count goes on in another ring, with nothing lost between", () => {
  const [small, large] = [createPacketRing(8), createPacketRing(64)]
  const before = new PacketRingWriter(small)
  write(before, 5)
  const reader = new PacketRingReader(small)
  reader.follow(large)
  expect(reader.read(3).records.map((record) => record.number)).toEqual([1, 2, 3])
  write(before, 2)
  const after = new PacketRingWriter(large, before.packets)
  write(after, 3)
  const { records, missed } = reader.read(100)
  expect(records.map((record) => record.number)).toEqual([4, 5, 6, 7, 8, 9, 10])
  expect(missed).toBe(0)
})

it("what the writer leaves out is missed, also behind the last that is shown; a train counts as its packets", () => {
  const ring = createPacketRing(8)
  const reader = new PacketRingReader(ring)
  const writer = new PacketRingWriter(ring)
  write(writer, 2)
  writer.skip(1, 10)
  writer.write(0, 0, 0, 5, arena.view, 0, 60_000, 45)
  writer.skip(1, 3)
  writer.publish(0.25)
  const { records, missed } = reader.read(10)
  expect(records.map(({ number, packets }) => [number, packets])).toEqual([
    [1, 1],
    [2, 1],
    [57, 45],
  ])
  expect(missed).toBe(13)
  writer.skip(1, 4)
  writer.publish(0.25)
  expect(reader.read(10)).toEqual({ records: [], missed: 4 })
})

it("what a person made up is marked in its own direction, and counted with the others", () => {
  const ring = createPacketRing(8)
  const reader = new PacketRingReader(ring)
  const writer = new PacketRingWriter(ring)
  writer.injected = 0
  for (const direction of [0, 1] as const) writer.write(direction, 0, 0, 0, arena.view, 0, 60, 1)
  writer.injected = -1
  writer.write(0, 0, 0, 0, arena.view, 0, 60, 1)
  writer.publish(0)
  expect(reader.read(10).records).toMatchObject([
    { direction: "outbound", injected: true, batch: 2 },
    { direction: "inbound", injected: false, batch: 1 },
    { direction: "outbound", injected: false, batch: 2 },
  ])
})
