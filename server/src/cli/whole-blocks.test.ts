import fc from "fast-check"
import { expect, it } from "vitest"
import { WholeBlocks } from "./whole-blocks.ts"

/** Of so many bytes: 12 or more, in fours. */
function block(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUInt32LE(6, 0)
  bytes.writeUInt32LE(length, 4)
  bytes.writeUInt32LE(length, length - 4)
  return bytes
}

it("whole is what ends with a block, wherever the stream is cut into chunks, and wherever it ends", () => {
  const lengths = fc.array(
    fc.nat(40).map((words) => 12 + 4 * words),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(lengths, fc.array(fc.nat(2000)), fc.nat(2000), (blocks, cuts, most) => {
      const stream = Buffer.concat(blocks.map(block)).subarray(0, most)
      const whole = new WholeBlocks()
      const ends = [...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length]
      for (const [i, end] of ends.entries()) whole.push(stream.subarray(ends[i - 1] ?? 0, end))
      let expected = 0
      for (const length of blocks)
        if (expected + length <= stream.length) expected += length
        else break
      expect(whole.length).toBe(expected)
    }),
  )
})
