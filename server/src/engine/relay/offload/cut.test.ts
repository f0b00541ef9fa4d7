import fc from "fast-check"
import { beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { cutTrain, noRoom, noTrain } from "./cut.ts"
import {
  addTrain,
  headerLength,
  packetsOf,
  payloadLength,
  plainShape,
  type TrainShape,
  trainBytes,
  trainShape,
} from "./testing/train-shape.ts"

const memory = new RelayMemory(512 * 1024)
const trainAt = 0
const room = 70_000
const guard = 0xa5
const untouched = Buffer.alloc(memory.bytes.length, guard)
let from = new Batch()
let to = new Batch()

beforeEach(() => {
  memory.bytes.fill(guard)
  from = new Batch()
  to = new Batch()
})

/** Room for exactly the train's packets, each behind `headroom` bytes. */
const roomFor = (s: TrainShape, headroom: number) => s.packets * (headroom + headerLength(s)) + payloadLength(s)
const cut = (s: TrainShape, headroom = 0, limit = room + roomFor(s, headroom)) =>
  cutTrain(memory, from, 0, s.tags !== null, to, room, headroom, limit)
const bytesAt = (at: number, length: number) => Buffer.from(memory.bytes.buffer, at, length)

describe("cutTrain", () => {
  it("gives the packets that the protocols want, and touches nothing else", () => {
    fc.assert(
      fc.property(trainShape, fc.integer({ min: 0, max: 64 }), fc.nat(9), (s, headroom, peer) => {
        memory.bytes.fill(guard)
        from.clear()
        to.clear()
        addTrain(memory, from, trainAt, s, peer)
        const end = cut(s, headroom)
        expect(end).toBe(room + roomFor(s, headroom))
        const packets = packetsOf(s)
        expect(to.count).toBe(packets.length)
        let at = room
        for (const [i, packet] of packets.entries()) {
          expect(bytesAt(at, headroom).equals(untouched.subarray(0, headroom))).toBe(true)
          at += headroom
          expect([to.at[i], to.length[i], to.peer[i], to.isOpen(i)]).toEqual([at, packet.length, peer, false])
          expect(bytesAt(at, packet.length).equals(packet)).toBe(true)
          at += packet.length
        }
        const train = trainBytes(s)
        expect(bytesAt(trainAt, train.length).equals(train)).toBe(true)
        expect(bytesAt(train.length, room - train.length).equals(untouched.subarray(train.length, room))).toBe(true)
        expect(bytesAt(at, untouched.length - at).equals(untouched.subarray(at))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it("CWR stays on the first alone, FIN and PSH on the last alone", () => {
    const s = { ...plainShape, flags: 0x99 }
    addTrain(memory, from, trainAt, s)
    cut(s)
    expect([0, 1, 2].map((i) => memory.bytes[(to.at[i] ?? 0) + 33])).toEqual([0x90, 0x10, 0x19])
  })

  it("a UDP checksum that comes out as 0 is written as the other zero", () => {
    const s = { ...plainShape, isTcp: false, tcpOptions: 0, packets: 1, gsoSize: 2, last: 2 }
    addTrain(memory, from, trainAt, s)
    const payload = headerLength(s)
    memory.view.setUint16(payload, 0)
    cut(s)
    const missing = memory.view.getUint16((to.at[0] ?? 0) + 26)
    memory.view.setUint16(payload, missing)
    to.clear()
    cut(s)
    expect(memory.view.getUint16((to.at[0] ?? 0) + 26)).toBe(0xffff)
  })

  it("the ECN bit of the GSO type is TCP's", () => {
    addTrain(memory, from, trainAt, plainShape)
    from.gsoType[0] = 0x81
    expect(cut(plainShape)).toBeGreaterThan(0)
    const udp = { ...plainShape, isTcp: false }
    from.clear()
    addTrain(memory, from, trainAt, udp)
    from.gsoType[0] = 0x85
    expect(cut(udp)).toBe(noTrain)
  })

  const refused: [string, Partial<TrainShape>, (train: Uint8Array) => void][] = [
    ["no segment size", {}, () => from.gsoSize.fill(0)],
    ["another GSO type", {}, () => from.gsoType.fill(4)],
    ["a GSO type of no kernel", {}, () => from.gsoType.fill(3)],
    ["an entry that ends behind the memory", {}, () => from.at.fill(memory.bytes.length - 100)],
    ["a fragment", {}, (train) => train.fill(0x20, 6, 7)],
    ["a fragment that is not the first", {}, (train) => train.fill(1, 7, 8)],
    ["another protocol", {}, (train) => train.fill(17, 9, 10)],
    ["an IP version of neither", {}, (train) => train.fill(0x55, 0, 1)],
    ["an IP header below its least", {}, (train) => train.fill(0x44, 0, 1)],
    ["a TCP header below its least", {}, (train) => train.fill(0x40, 32, 33)],
    ["a TCP header past the end", { packets: 1, last: 1, tcpOptions: 0 }, (train) => train.fill(0xf0, 32, 33)],
    ["no payload", {}, () => from.length.fill(headerLength(plainShape))],
    ["a fragment header of IPv6", { isIpv4: false }, (train) => train.fill(44, 6, 7)],
    ["an extension header past the end", { isIpv4: false, extensions: [60] }, (train) => train.fill(255, 41, 42)],
    [
      "extension headers, the checksum complete",
      { isIpv4: false, extensions: [60] },
      () => from.checksumOffset.fill(0),
    ],
    ["IP options, the checksum complete", { ipOptions: 1 }, () => from.checksumStart.fill(0)],
    ["a frame of no IP", { tags: [] }, (train) => train.fill(6, 13, 14)],
    ["a frame of the other IP", { tags: [] }, (train) => train.set([0x86, 0xdd], 12)],
    ["more packets than a batch holds", { gsoSize: 1, packets: 513, last: 1 }, () => {}],
  ]
  it.each(refused)("%s: not cut, nothing written", (_, change, spoil) => {
    const s = { ...plainShape, ...change }
    addTrain(memory, from, trainAt, s)
    spoil(memory.bytes)
    const before = Buffer.from(memory.bytes)
    expect(cut(s, 0, memory.bytes.length)).toBe(noTrain)
    expect(to.count).toBe(0)
    expect(before.equals(memory.bytes)).toBe(true)
  })

  it("one byte or one entry too little: no room, nothing written", () => {
    addTrain(memory, from, trainAt, plainShape)
    const before = Buffer.from(memory.bytes)
    expect(cut(plainShape, 4, room + roomFor(plainShape, 4) - 1)).toBe(noRoom)
    expect(cutTrain(memory, from, 0, false, to, memory.bytes.length - 1000, 0, 2 ** 31)).toBe(noRoom)
    while (to.count < to.capacity - 2) to.add(0, 0, 0)
    expect(cut(plainShape, 4)).toBe(noRoom)
    expect(to.count).toBe(to.capacity - 2)
    expect(before.equals(memory.bytes)).toBe(true)
    to.count -= 1
    expect(cut(plainShape, 4)).toBeGreaterThan(0)
  })
})
