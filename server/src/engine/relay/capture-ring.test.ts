import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { type CaptureRecord, CaptureRingReader, captureRecordsOf, createCaptureRing, firstSince } from "@tundeck/shared"
import fc from "fast-check"
import { expect, it } from "vitest"
import { CaptureRingWriter } from "./capture-ring-writer.ts"
import { type CaptureWriting, lengthOf, wordOf } from "./testing/capture-writing.ts"

const megabyte = 1024 * 1024
const packet = new DataView(new ArrayBuffer(70_000))
for (let i = 0; i < packet.byteLength; i++) packet.setUint8(i, i * 7)
const bytesOf = (length: number) => new Uint8Array(packet.buffer, 0, length)

function readAll(reader: CaptureRingReader, most = 4096): CaptureRecord[] {
  const records: CaptureRecord[] = []
  for (let chunk = reader.read(most); chunk !== undefined; chunk = reader.read(most)) {
    records.push(...captureRecordsOf(chunk))
  }
  return records
}

function write(writer: CaptureRingWriter, count: number, length = 100): void {
  for (let i = 0; i < count; i++) writer.write(0, 0, 0, 0, packet, 0, length, 1)
  writer.publish()
}

it("the reader sees what the writer wrote: direction, verdict, errno, peer, train, time, that it was injected, lengths and bytes", () => {
  const ring = createCaptureRing(megabyte)
  const writer = new CaptureRingWriter(ring, 256)
  writer.time = 12.25
  writer.write(0, 0, 0, 7, packet, 0, 1500, 45)
  writer.injected = 1
  writer.write(1, 3, 22, 1030, packet, 0, 61, 1)
  writer.publish()
  expect(readAll(new CaptureRingReader(ring))).toEqual([
    {
      ...{
        number: 1,
        time: 12.25,
        wireLength: 1500,
        peer: 7,
        errno: 0,
        packets: 45,
        direction: "outbound",
        injected: false,
        verdict: 0,
      },
      bytes: bytesOf(256),
    },
    {
      ...{
        number: 2,
        time: 12.25,
        wireLength: 61,
        peer: 1030,
        errno: 22,
        packets: 1,
        direction: "inbound",
        injected: true,
        verdict: 3,
      },
      bytes: bytesOf(61),
    },
  ])
})

it("snap length 0 keeps whole packets, the largest train, too", () => {
  const ring = createCaptureRing(megabyte)
  const writer = new CaptureRingWriter(ring, 0)
  for (const length of [1500, 65_553, 0]) writer.write(0, 0, 0, 0, packet, 0, length, 1)
  writer.publish()
  expect(readAll(new CaptureRingReader(ring)).map(({ bytes }) => bytes)).toEqual([1500, 65_553, 0].map(bytesOf))
})

it("nothing is seen before it is published, and until then its verdict may change or it may be taken back", () => {
  const ring = createCaptureRing(megabyte)
  const writer = new CaptureRingWriter(ring, 64)
  const reader = new CaptureRingReader(ring)
  const first = writer.write(0, 0, 0, 0, packet, 0, 100, 1)
  const second = writer.write(0, 0, 0, 0, packet, 0, 200, 1)
  writer.takeBack(second)
  writer.amend(first, 5, 11)
  expect(reader.read(4096)).toBeUndefined()
  writer.write(0, 0, 0, 1, packet, 0, 300, 1)
  writer.publish()
  expect(readAll(reader)).toMatchObject([
    { number: 1, verdict: 5, errno: 11, peer: 0, wireLength: 100 },
    { number: 2, verdict: 0, errno: 0, peer: 1, wireLength: 300 },
  ])
})

it("whatever is written, the ring keeps the latest in order, and counts the others as overwritten", () => {
  const lengths = fc.array(fc.nat(3000), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(lengths, fc.constantFrom(64, 256, 0), fc.integer({ min: 1, max: 3000 }), (some, snap, count) => {
      const ring = createCaptureRing(megabyte)
      const writer = new CaptureRingWriter(ring, snap)
      const expected: number[] = []
      for (let i = 0; i < count; i++) {
        const length = some[i % some.length] ?? 0
        writer.write(1, 0, 0, 0, packet, 0, length, 1)
        expected.push(length)
        if (i % 7 === 0) writer.publish()
      }
      writer.publish()
      const reader = new CaptureRingReader(ring)
      const records = readAll(reader)
      expect(reader.written).toBe(count)
      expect(reader.overwritten + records.length).toBe(count)
      expect(records.map(({ number }) => number)).toEqual(records.map((_, i) => reader.overwritten + 1 + i))
      expect(records.map(({ wireLength }) => wireLength)).toEqual(expected.slice(reader.overwritten))
      const kept = records.reduce((sum, { bytes }) => sum + bytes.length + 40, 0)
      if (reader.overwritten > 0) expect(kept).toBeGreaterThan(megabyte * 0.75)
    }),
    { numRuns: 60 },
  )
})

it("another writer goes on where the one before left off, with another snap length", () => {
  const ring = createCaptureRing(megabyte)
  write(new CaptureRingWriter(ring, 256), 9000)
  write(new CaptureRingWriter(ring, 64), 9000)
  const reader = new CaptureRingReader(ring)
  const records = readAll(reader)
  expect(reader.written).toBe(18_000)
  expect(records.at(-1)?.number).toBe(18_000)
  expect(records.map(({ number }) => number)).toEqual(records.map((_, i) => reader.overwritten + 1 + i))
  expect([records[0]?.bytes.length, records.at(-1)?.bytes.length]).toEqual([100, 64])
})

it("what a writer that died had not shown is lost, and nothing else goes wrong", () => {
  const ring = createCaptureRing(megabyte)
  const dead = new CaptureRingWriter(ring, 0)
  write(dead, 100, 1000)
  for (let i = 0; i < 5000; i++) dead.write(0, 0, 0, 0, packet, 0, 1000, 1)
  const reader = new CaptureRingReader(ring)
  expect(readAll(reader)).toEqual([])
  write(new CaptureRingWriter(ring, 0), 3, 50)
  expect(readAll(reader).map(({ wireLength }) => wireLength)).toEqual([50, 50, 50])
})

it("a verdict that comes after one wake-up has filled the ring harms no other packet", () => {
  const ring = createCaptureRing(megabyte)
  const writer = new CaptureRingWriter(ring, 0)
  const first = Array.from({ length: 800 }, () => writer.write(0, 0, 0, 0, packet, 0, 999, 1))
  for (let i = 0; i < 5000; i++) writer.write(0, 0, 0, 0, packet, 0, 1001, 1)
  for (const record of first) writer.amend(record, 9, 9)
  writer.publish()
  const records = readAll(new CaptureRingReader(ring))
  expect(records.length).toBeGreaterThan(500)
  expect(records.every(({ bytes, verdict }) => verdict === 0 && Buffer.compare(bytes, bytesOf(1001)) === 0)).toBe(true)
})

it("only what is new enough is taken, and nothing beyond the end that was asked for", () => {
  const ring = createCaptureRing(megabyte)
  const writer = new CaptureRingWriter(ring, 64)
  const reader = new CaptureRingReader(ring)
  for (const time of [10, 20, 30, 40]) {
    writer.time = time
    write(writer, 1)
  }
  const end = reader.head
  write(writer, 5)
  const chunk = reader.read(4096, end) ?? new Uint8Array(0)
  expect([...captureRecordsOf(chunk.subarray(firstSince(chunk, 20)))].map(({ time }) => time)).toEqual([20, 30, 40])
  expect(firstSince(chunk, 41)).toBe(chunk.length)
  expect(reader.read(4096, end)).toBeUndefined()
  reader.skipAll()
  expect(reader.read(4096)).toBeUndefined()
})

it.each([
  { snapLength: 64, atOnce: 1 },
  { snapLength: 0, atOnce: 64 },
  { snapLength: 256, atOnce: 1000 },
])("a reader that races with the writer gets whole packets only: %o", async (shape) => {
  const ring = createCaptureRing(megabyte)
  const packets = 1_000_000
  const workerData: CaptureWriting = { ring, packets, ...shape }
  const thread = new Worker(new URL("./testing/capture-writing.ts", import.meta.url), { workerData })
  const ended = once(thread, "exit")
  const reader = new CaptureRingReader(ring)
  let [seen, last, gaps] = [0, 0, 0]
  const look = () => {
    for (let chunk = reader.read(200_000); chunk !== undefined; chunk = reader.read(200_000)) {
      for (const { number, wireLength, verdict, time, bytes } of captureRecordsOf(chunk)) {
        const word = wordOf(number)
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
        let isWhole = wireLength === lengthOf(number) && verdict === (number & 31) && time === number && number > last
        for (let at = 0; at + 4 <= bytes.length; at += 4) isWhole &&= view.getInt32(at, true) === word
        if (!isWhole) throw new Error(`packet ${number} behind ${last} is not whole`)
        if (number !== last + 1) gaps += 1
        seen += 1
        last = number
      }
    }
  }
  while (reader.written < packets) {
    look()
    await new Promise((resolve) => setImmediate(resolve))
  }
  look()
  await ended
  console.log(`${seen} of ${packets} packets read, with ${gaps} gaps`)
  expect(last).toBe(packets)
  expect(reader.written).toBe(packets)
  expect(seen).toBeGreaterThan(1000)
})

it("a thousand rings of 16 MB with a packet in each take a few MB", () => {
  const before = process.memoryUsage().rss
  const rings = Array.from({ length: 1000 }, () => createCaptureRing(16 * megabyte))
  for (const ring of rings) write(new CaptureRingWriter(ring, 256), 1)
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * megabyte)
})
