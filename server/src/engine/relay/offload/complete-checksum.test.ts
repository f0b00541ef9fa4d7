import fc from "fast-check"
import { expect, it } from "vitest"
import { RelayMemory } from "../memory.ts"
import { completeChecksum } from "./complete-checksum.ts"
import { checksumOffsetOf, packetsOf, trainBytes, trainShape, transportAt } from "./testing/train-shape.ts"

const memory = new RelayMemory(64 * 1024)

it("an open packet becomes what its protocol wants", () => {
  fc.assert(
    fc.property(trainShape, fc.nat(9), (shape, at) => {
      const s = { ...shape, packets: 1 }
      const open = trainBytes(s)
      memory.bytes.set(open, at)
      expect(completeChecksum(memory, at, open.length, transportAt(s), checksumOffsetOf(s))).toBe(true)
      // TCP does not mind which of the two zeros stands there.
      const field = transportAt(s) + checksumOffsetOf(s)
      const [packet] = packetsOf(s)
      if (packet?.[field] === 0 && packet[field + 1] === 0) packet.fill(0xff, field, field + 2)
      expect(Buffer.from(memory.bytes.buffer, at, open.length)).toEqual(Buffer.from(packet ?? []))
    }),
  )
})

it("offsets outside of the packet, or a packet outside of the memory: refused, nothing written", () => {
  const before = Buffer.from(memory.bytes)
  expect(completeChecksum(memory, 0, 40, 20, 19)).toBe(false)
  expect(completeChecksum(memory, 0, 40, 65_535, 65_535)).toBe(false)
  expect(completeChecksum(memory, 0, 40, 41, 0)).toBe(false)
  expect(completeChecksum(memory, memory.bytes.length - 39, 40, 20, 6)).toBe(false)
  expect(before.equals(memory.bytes)).toBe(true)
  expect(completeChecksum(memory, memory.bytes.length - 40, 40, 20, 18)).toBe(true)
})
