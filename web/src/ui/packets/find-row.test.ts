import type { PacketSummary } from "@tundeck/shared"
import { expect, test } from "vitest"
import { findRow } from "./find-row.ts"
import type { PacketRow } from "./packet-log.ts"
import { RowRing } from "./row-ring.ts"

const packet = (info: string, change: Partial<PacketSummary> = {}): PacketSummary => ({
  number: 1,
  time: 1,
  direction: "outbound",
  length: 84,
  batch: 1,
  insideMicroseconds: 38,
  protocol: "ICMP",
  source: "10.0.0.1",
  destination: "10.0.0.2",
  info,
  verdict: "sent",
  key: {},
  ...change,
})

function ring(...rows: PacketRow[]): RowRing<PacketRow> {
  const all = new RowRing<PacketRow>(4)
  for (const row of rows) all.push(row)
  return all
}
const gap = { gap: "slow", packets: 3 } as const
// The first one has fallen out.
const rows = ring(packet("one"), packet("two"), gap, packet("Three"), packet("two again", { peer: "paris" }))

test("the next one is found, then the one after it, then the first again", () => {
  expect([0, 1, 4].map((from) => findRow(rows, "two", from, 1))).toEqual([1, 4, 1])
  expect([5, 4, 1].map((from) => findRow(rows, "two", from, -1))).toEqual([4, 1, 4])
})

test("in any of a row's words, whatever their case; never in a gap", () => {
  expect(findRow(rows, "tHREE", 1, 1)).toBe(3)
  expect(findRow(rows, "PARIS", 1, 1)).toBe(4)
  expect(findRow(rows, "10.0.0.2", 1, 1)).toBe(3)
  expect(findRow(rows, "slow", 1, 1)).toBeUndefined()
  const dropped = ring(packet("", { verdict: "dropped", reason: "no-peer" }))
  expect(findRow(dropped, "dropped: no peer", 0, 1)).toBe(0)
})

test("alone it finds itself; nothing is found of no text, and in no rows", () => {
  expect(findRow(rows, "three", 3, 1)).toBe(3)
  expect(findRow(rows, "", 3, 1)).toBeUndefined()
  expect(findRow(rows, "one", 3, -1)).toBeUndefined()
  expect(findRow(ring(), "one", 0, 1)).toBeUndefined()
})
