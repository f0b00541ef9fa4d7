import fc from "fast-check"
import { beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { checkOpen } from "./check-open.ts"
import { clampMss } from "./clamp-mss.ts"
import { completeChecksum } from "./complete-checksum.ts"
import { cutTrain, noRoom, noTrain } from "./cut.ts"
import { Joiner } from "./joiner.ts"
import { joinedBytes } from "./testing/joined.ts"
import { addTrain, joinableShape, packetsOf, trainBytes, trainShape } from "./testing/train-shape.ts"

// Packets of strangers. They end where the memory does, so that a read behind one throws; whatever is written elsewhere
// than it may be is seen by comparing all of the memory.

const memory = new RelayMemory(256 * 1024)
const end = memory.bytes.length
const guard = 0xa5
const roomAt = 1000
const from = new Batch(1)
/** As many as `checkOpen` lets a train have. */
const to = new Batch(2048)
beforeEach(() => reset())

function reset(): void {
  memory.bytes.fill(guard)
  from.clear()
  to.clear()
}

/** Appends the packet, which ends with the memory, and answers where it begins. */
function addLast(packet: Uint8Array): number {
  const at = end - packet.length
  memory.bytes.set(packet, at)
  from.add(at, packet.length, 0)
  return at
}

/** Bytes `from` to `to` of the memory are as they were. */
function expectSame(before: Buffer, first: number, last: number): void {
  expect(before.subarray(first, last).equals(memory.bytes.subarray(first, last))).toBe(true)
}

const fields = fc.record({
  gsoType: fc.oneof(fc.constantFrom(0, 1, 4, 5, 0x81, 0x84), fc.nat(255)),
  gsoSize: fc.oneof(fc.nat(2000), fc.nat(0xffff)),
  checksumStart: fc.oneof(fc.constantFrom(20, 34, 40, 54), fc.nat(0xffff)),
  checksumOffset: fc.oneof(fc.constantFrom(6, 16), fc.nat(0xffff)),
})
/** Anything; and what begins like a packet, so that it gets further. */
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(
      fc.constantFrom([0x45], [0x46], [0x4f], [0x60], [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45]),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(6, 17, 0, 43, 60),
    )
    .map(([start, rest, protocol]) => {
      const bytes = Uint8Array.from([...start, ...rest])
      if (bytes.length > 9) bytes[start[0] === 0x60 ? 6 : 9] = protocol
      return bytes
    }),
)
const flips = fc.array(fc.tuple(fc.nat(120), fc.nat(7)), { minLength: 1, maxLength: 4 })

function flip(packet: Uint8Array, bits: [number, number][]): void {
  for (const [byte, bit] of bits) if (byte < packet.length) packet[byte] = (packet[byte] ?? 0) ^ (1 << bit)
}

/** Runs every function over the one entry of `from`; each writes only where it may. */
function survive(isEthernet: boolean, room: number): void {
  const at = from.at[0] ?? 0
  const length = from.length[0] ?? 0
  const before = Buffer.from(memory.bytes)
  const passes = checkOpen(memory, from, 0, isEthernet, 1500)
  const next = cutTrain(memory, from, 0, isEthernet, to, roomAt, 8, roomAt + room)
  expectSame(before, 0, roomAt)
  expectSame(before, roomAt + room, end)
  if (next === noTrain || next === noRoom) {
    expect(to.count).toBe(0)
    expectSame(before, roomAt, roomAt + room)
  } else {
    expect(next).toBeLessThanOrEqual(roomAt + room)
    expect((to.at[to.count - 1] ?? 0) + (to.length[to.count - 1] ?? 0)).toBe(next)
  }
  // What passes is no train, or one that the kernel can cut and so can we.
  if (passes && from.gsoSize[0] !== 0) expect(next).not.toBe(noTrain)

  const joiner = new Joiner(memory, isEthernet)
  const whole = Buffer.from(memory.bytes)
  joiner.begin(from, 0)
  joiner.join(from, 0)
  joiner.restore()
  expectSame(whole, 0, end)

  clampMss(memory, at, length, isEthernet, 1000, false)
  completeChecksum(memory, at, length, from.checksumStart[0] ?? 0, from.checksumOffset[0] ?? 0)
  expectSame(whole, 0, at)
}

function setFields(of: { gsoType: number; gsoSize: number; checksumStart: number; checksumOffset: number }): void {
  from.gsoType[0] = of.gsoType
  from.gsoSize[0] = of.gsoSize
  from.checksumStart[0] = of.checksumStart
  from.checksumOffset[0] = of.checksumOffset
}

describe("garbage", () => {
  it("any bytes, any fields: nothing throws, reads past the end or writes elsewhere", () => {
    fc.assert(
      fc.property(garbage, fields, fc.boolean(), fc.nat(3000), (bytes, forged, isEthernet, room) => {
        reset()
        addLast(bytes)
        setFields(forged)
        survive(isEthernet, room)
      }),
      { numRuns: 1000 },
    )
  })

  it("trains with flipped bits, cut short, or with forged fields", () => {
    fc.assert(
      fc.property(
        trainShape,
        flips,
        fc.nat(200),
        fc.option(fields, { freq: 2 }),
        fc.nat(80_000),
        (s, bits, short, forged, room) => {
          reset()
          addTrain(memory, from, 0, s)
          const { gsoType, gsoSize, checksumStart, checksumOffset } = from
          const own = {
            gsoType: gsoType[0] ?? 0,
            gsoSize: gsoSize[0] ?? 0,
            checksumStart: checksumStart[0] ?? 0,
            checksumOffset: checksumOffset[0] ?? 0,
          }
          reset()
          const bytes = trainBytes(s)
          const packet = bytes.subarray(0, Math.max(0, bytes.length - (short > 100 ? short : 0)))
          flip(packet, bits)
          addLast(packet)
          setFields(forged ?? own)
          survive(s.tags !== null, room)
        },
      ),
      { numRuns: 500 },
    )
  })

  it("entries that lie outside of the memory", () => {
    for (const [at, length] of [
      [end, 60],
      [end - 59, 60],
      [0xffffffff, 60],
      [0xffffffff, 0xffffffff],
      [0, 0xffffffff],
    ] as const) {
      reset()
      from.add(at, length, 0)
      setFields({ gsoType: 1, gsoSize: 1000, checksumStart: 20, checksumOffset: 16 })
      survive(false, 10_000)
      survive(true, 10_000)
    }
  })

  it("one packet of a flow with flipped bits: what is joined is what arrived, each packet once and in order", () => {
    fc.assert(
      fc.property(joinableShape, fc.nat(63), flips, (s, which, bits) => {
        reset()
        const batch = new Batch(64)
        const packets = packetsOf(s)
        flip(packets[which % packets.length] ?? new Uint8Array(), bits)
        let at = end - packets.reduce((sum, packet) => sum + packet.length, 0)
        for (const packet of packets) {
          memory.bytes.set(packet, at)
          batch.add(at, packet.length, 0)
          at += packet.length
        }
        const before = Buffer.from(memory.bytes)
        const written: Buffer[] = []
        const joiner = new Joiner(memory, s.tags !== null)
        const cutAgain = () => {
          if (joiner.count === 1) written.push(Buffer.from(packets[joiner.first] ?? []))
          if (joiner.count > 1) {
            joiner.finish()
            const bytes = joinedBytes(memory, joiner.pieces)
            const train = new Batch(1)
            train.copy(joiner.head, 0, 0)
            train.at[0] = 0
            const kept = Buffer.from(memory.bytes.subarray(0, end))
            memory.bytes.set(bytes, 0)
            to.clear()
            expect(checkOpen(memory, train, 0, s.tags !== null, 65_535)).toBe(true)
            expect(cutTrain(memory, train, 0, s.tags !== null, to, 66_000, 0, end)).toBeGreaterThan(0)
            for (let i = 0; i < to.count; i++) {
              written.push(Buffer.from(memory.bytes.subarray(to.at[i], (to.at[i] ?? 0) + (to.length[i] ?? 0))))
            }
            memory.bytes.set(kept, 0)
          }
          joiner.restore()
        }
        for (let i = 0; i < batch.count; i++) {
          if (joiner.join(batch, i)) continue
          cutAgain()
          if (!joiner.begin(batch, i)) written.push(Buffer.from(packets[i] ?? []))
        }
        cutAgain()
        expectSame(before, 0, end)
        expect(written.length).toBe(packets.length)
        for (const [i, packet] of packets.entries()) expect(isSamePacket(written[i], packet, s.tags)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

/** Equal but for the id of an IPv4 packet with DF, which means nothing (RFC 6864), and so the header's checksum. */
function isSamePacket(a: Buffer | undefined, packet: Uint8Array, tags: number[] | null): boolean {
  const b = Buffer.from(packet)
  if (a === undefined || a.equals(b)) return a !== undefined
  const ip = tags === null ? 0 : 14 + tags.length * 4
  if (a.length !== b.length || a.readUInt8(ip) !== 0x45 || (a.readUInt8(ip + 6) & 0x40) === 0) return false
  for (const at of [ip + 4, ip + 10]) a.copy(b, at, at, at + 2)
  return a.equals(b)
}
