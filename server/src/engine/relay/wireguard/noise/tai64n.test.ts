import fc from "fast-check"
import { expect, it } from "vitest"
import { encodeTai64n, nextTimestamp } from "./tai64n.ts"

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

it("the label of Unix time 0 is 2^62 and ten seconds of TAI", () => {
  expect(toHex(encodeTai64n(0n))).toBe("400000000000000a00000000")
  expect(toHex(encodeTai64n(1_700_000_000_123_456_789n))).toBe("400000006553f10a075bcd15")
})

it("time stamps tell the clock in steps of 16.8 ms", () => {
  expect(nextTimestamp(1_000, 0n)).toBe(1_000_000_000n)
  expect(nextTimestamp(2_050, 0n)).toBe(2_000_000_000n + 2n * 16_777_216n)
})

it.each([
  ["stands still", 5_000],
  ["steps back", 1_000],
])("when the clock %s they go on", (_name, later) => {
  expect(nextTimestamp(later, nextTimestamp(5_000, 0n))).toBe(5_000_000_000n + 16_777_216n)
})

it("never the same or an earlier one, whatever the clock and the floor", () => {
  const clock = fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 63n }), clock, (floor, times) => {
      let last = floor
      for (const time of times) {
        const next = nextTimestamp(time, last)
        expect(Buffer.compare(encodeTai64n(next), encodeTai64n(last))).toBe(1)
        last = next
      }
    }),
  )
})
