import fc from "fast-check"
import { expect, it } from "vitest"
import { textbookChecksum } from "../testing/textbook.ts"
import { createSummedMemory } from "./copy-and-sum.ts"

const { buffer, functions } = createSummedMemory(192 * 1024)
const bytes = new Uint8Array(buffer)
const half = 96 * 1024

/** As `sum` answers: in host order, not complemented. */
function textbookSum(part: Uint8Array): number {
  const sum = ~textbookChecksum(part) & 0xffff
  return ((sum & 255) << 8) | (sum >> 8)
}

it("sums are the textbook's, copies are whole, and nothing else is written, for every length and alignment", () => {
  const data = fc.sample(fc.uint8Array({ minLength: 600, maxLength: 600 }), { numRuns: 1, seed: 7 })[0] ?? bytes
  for (let length = 0; length <= 300; length++) {
    const from = length % 17
    const to = half + (length % 13)
    bytes.fill(0xa5)
    bytes.set(data.subarray(0, length), from)
    const expected = Buffer.from(bytes)
    expected.set(data.subarray(0, length), to)
    const sum = textbookSum(data.subarray(0, length))
    expect(functions.sum(from, length)).toBe(sum)
    expect(functions.copy_and_sum(to, from, length)).toBe(sum)
    expect(expected.equals(bytes)).toBe(true)
    bytes.fill(0xa5, half)
    functions.copy(to, from, length)
    expect(expected.equals(bytes)).toBe(true)
  }
})

it("random bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(40), (data, at) => {
      bytes.set(data, at)
      expect(functions.sum(at, data.length)).toBe(textbookSum(data))
      expect(functions.copy_and_sum(half + at, at, data.length)).toBe(textbookSum(data))
      expect(Buffer.from(bytes.subarray(half + at, half + at + data.length)).equals(data)).toBe(true)
    }),
  )
})

it("the extremes: 65,553 bytes of 0xff, of 0 and of 0x80, and 0xff up to the memory's end", () => {
  for (const value of [0xff, 0, 0x80]) {
    bytes.fill(value)
    expect(functions.sum(0, 65_553)).toBe(textbookSum(bytes.subarray(0, 65_553)))
    expect(functions.copy_and_sum(half, 1, 65_553)).toBe(textbookSum(bytes.subarray(1, 65_554)))
    expect(functions.sum(0, bytes.length)).toBe(textbookSum(bytes))
  }
})

it("copies that overlap are as if they did not", () => {
  for (const [to, from] of [
    [100, 90],
    [90, 100],
    [100, 99],
  ] as const) {
    for (let i = 0; i < 2000; i++) bytes[i] = i * 7 + (i >> 8)
    const expected = Buffer.from(bytes)
    expected.set(Buffer.from(bytes.subarray(from, from + 1000)), to)
    functions.copy(to, from, 1000)
    expect(expected.equals(bytes)).toBe(true)
  }
})

it("outside of the memory it throws, and the memory does not grow", () => {
  expect(() => functions.sum(bytes.length - 10, 16)).toThrow(/out of bounds/)
  expect(() => functions.copy(bytes.length - 10, 0, 16)).toThrow(/out of bounds/)
  expect(() => functions.copy_and_sum(0, bytes.length - 10, 16)).toThrow(/out of bounds/)
  expect(buffer.byteLength).toBe(192 * 1024)
})
