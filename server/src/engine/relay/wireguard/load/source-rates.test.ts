import { expect, it } from "vitest"
import { SourceRates } from "./source-rates.ts"

const v4 = (last: number) => Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, last >> 8, last])
const v6 = (network: number, host: number) =>
  Uint8Array.from([0x20, 1, 0xd, 0xb8, 0, 0, network >> 8, network, 0, 0, 0, 0, 0, 0, 0, host])

const allowed = (rates: SourceRates, address: Uint8Array, times: number, now: number) =>
  Array.from({ length: times }, () => rates.allows(address, now)).filter(Boolean).length

it("five at once, then twenty a second", () => {
  const rates = new SourceRates(1)
  expect(allowed(rates, v4(1), 10, 1_000)).toBe(5)
  expect(allowed(rates, v4(1), 10, 1_049)).toBe(0)
  expect(allowed(rates, v4(1), 10, 1_050)).toBe(1)
  let count = 0
  for (let now = 2_000; now < 3_000; now++) count += allowed(rates, v4(1), 3, now)
  expect(count).toBe(5 + 19)
})

it("after a quarter of a second of silence a source has its burst again", () => {
  const rates = new SourceRates(1)
  allowed(rates, v4(1), 5, 0)
  expect(allowed(rates, v4(1), 10, 249)).toBe(4)
  const again = new SourceRates(1)
  allowed(again, v4(1), 5, 0)
  expect(allowed(again, v4(1), 10, 250)).toBe(5)
})

it("each IPv4 address is a source of its own", () => {
  const rates = new SourceRates(1)
  expect(allowed(rates, v4(1), 10, 0)).toBe(5)
  expect(allowed(rates, v4(2), 10, 0)).toBe(5)
})

it("all of an IPv6 /64 is one source, the next /64 another", () => {
  const rates = new SourceRates(1)
  expect(allowed(rates, v6(1, 1), 3, 0)).toBe(3)
  expect(allowed(rates, v6(1, 2), 10, 0)).toBe(2)
  expect(allowed(rates, v6(2, 1), 10, 0)).toBe(5)
})

it("a mapped IPv4 address is not the /64 that it stands in", () => {
  const rates = new SourceRates(1)
  const zero = v4(0).fill(0, 12)
  const loopback = new Uint8Array(16).fill(1, 15)
  expect(allowed(rates, zero, 10, 0)).toBe(5)
  expect(allowed(rates, loopback, 10, 0)).toBe(5)
})

it("a full table refuses new sources, keeps the old ones' counts, and has room again when they are idle", () => {
  const rates = new SourceRates(1, 16)
  let passed = 0
  for (let i = 0; i < 1_000; i++) passed += allowed(rates, v4(i), 10, 0)
  expect(passed).toBe(16 * 5)
  passed = 0
  for (let i = 0; i < 1_000; i++) passed += allowed(rates, v4(i), 10, 250)
  expect(passed).toBe(16 * 5)
})
