import fc from "fast-check"
import { expect, it } from "vitest"
import { RelayMemory } from "../memory.ts"
import { clampMss } from "./clamp-mss.ts"
import { completeChecksum } from "./complete-checksum.ts"
import {
  checksumOffsetOf,
  headerLength,
  plainShape,
  type TrainShape,
  trainBytes,
  transportAt,
} from "./testing/train-shape.ts"

const memory = new RelayMemory(64 * 1024)
const at = 64

const shape = fc.record({
  isIpv4: fc.boolean(),
  tags: fc.constantFrom<number[] | null>(null, [], [0x8100]),
  mss: fc.nat(0xffff),
  largestPacket: fc.integer({ min: 0, max: 70_000 }),
  /** NOPs before the option: odd offsets, too. */
  before: fc.nat(5),
  isSynAck: fc.boolean(),
  isOpen: fc.boolean(),
})

/** A packet with these options, its checksum open or complete. */
function synWith(s: TrainShape, options: number[], isOpen: boolean): number {
  const packet = trainBytes(s)
  packet.set(options, headerLength(s) - s.tcpOptions * 4)
  memory.bytes.set(packet, at)
  if (!isOpen) completeChecksum(memory, at, packet.length, transportAt(s), checksumOffsetOf(s))
  return packet.length
}

it("a SYN's MSS is lowered to what fits, never raised, and the checksum is as if it had been sent so", () => {
  fc.assert(
    fc.property(shape, (c) => {
      const s: TrainShape = {
        ...plainShape,
        isIpv4: c.isIpv4,
        tags: c.tags,
        tcpOptions: 3,
        flags: c.isSynAck ? 0x12 : 0x02,
        packets: 1,
        gsoSize: 1,
        last: 1,
      }
      const options = (mss: number) => [...Array(c.before).fill(1), 2, 4, mss >> 8, mss & 255]
      const link = c.tags === null ? 0 : 14 + 4 * c.tags.length
      const fits = Math.max(48, c.largestPacket - link - (c.isIpv4 ? 40 : 60))
      const length = synWith(s, options(Math.min(c.mss, fits)), c.isOpen)
      const expected = Buffer.from(memory.bytes)
      synWith(s, options(c.mss), c.isOpen)
      clampMss(memory, at, length, c.tags !== null, c.largestPacket, c.isOpen)
      expect(expected.equals(memory.bytes)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

const syn = { ...plainShape, flags: 0x02, packets: 1, last: 0 }
it.each([
  ["no SYN", { ...syn, flags: 0x10 }, [2, 4, 5, 0xb4]],
  ["UDP", { ...syn, isTcp: false, tcpOptions: 0 }, []],
  ["no MSS", syn, [1, 1, 1, 1, 3, 3, 7, 0]],
  ["an MSS behind the end of the options", syn, [0, 2, 4, 5, 0xb4]],
  ["an MSS of another length", syn, [2, 3, 5, 2, 4, 5, 0xb4]],
  ["an option of length 0", syn, [3, 0, 2, 4, 5, 0xb4]],
  ["an option of length 1", syn, [3, 1, 2, 4, 5, 0xb4]],
  ["an option past the end", syn, [3, 13, 2, 4, 5, 0xb4]],
  ["an option whose length is missing", syn, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]],
  ["an MSS past the end", syn, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4]],
  ["a fragment", { ...syn, dontFragment: false }, [2, 4, 5, 0xb4]],
])("%s: left as it is", (name, s, options) => {
  memory.bytes.fill(0xff)
  const length = synWith(s, options, false)
  if (name === "a fragment") memory.bytes[at + 6] = 0x20
  const last = memory.bytes.length - length
  memory.bytes.copyWithin(last, at, at + length)
  const before = Buffer.from(memory.bytes)
  clampMss(memory, at, length, false, 1000, false)
  // The same where the memory ends: nothing behind it is read.
  clampMss(memory, last, length, false, 1000, false)
  expect(before.equals(memory.bytes)).toBe(true)
})

it("a SYN that ends with the memory, cut short anywhere, is not read past its end", () => {
  const bytes = trainBytes(syn)
  bytes.set([1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5, 0xb4], headerLength(syn) - 12)
  for (let length = 0; length <= bytes.length; length++) {
    memory.bytes.set(bytes.subarray(0, length), memory.bytes.length - length)
    clampMss(memory, memory.bytes.length - length, length, false, 1000, false)
  }
  expect(memory.view.getUint16(memory.bytes.length - 2)).toBe(960)
})
