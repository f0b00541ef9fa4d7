import type { Filter, PacketSummary } from "@tundeck/shared"
import { expect, test, vi } from "vitest"
import { PacketLog, type PacketRow } from "./packet-log.ts"

const packet = (number: number): PacketSummary => ({
  number,
  time: number,
  direction: "outbound",
  length: 84,
  batch: 1,
  insideMicroseconds: 38,
  protocol: "ICMP",
  info: "",
  verdict: "sent",
  key: {},
})
const packets = (...numbers: number[]) => ({ type: "packets", tunnel: "a", items: numbers.map(packet) }) as const
const gap = (dropped: number) => ({ type: "gap", tunnel: "a", dropped }) as const

function shown(log: PacketLog): unknown[] {
  const rows: (PacketRow | undefined)[] = []
  for (let at = log.rows.first; at < log.rows.end; at++) rows.push(log.rows.at(at))
  return rows.map((row) => (row === undefined ? row : "gap" in row ? `${row.gap} ${row.packets}` : row.number))
}

test("the newest rows stay, the oldest fall out", () => {
  const log = new PacketLog(() => undefined, { shown: 3, waiting: 3 })
  log.receive(packets(1, 2, 3, 4, 5))
  expect(shown(log)).toEqual([3, 4, 5])
})

test("a gap stands where the packets are missing; two in a row are one", () => {
  const log = new PacketLog(() => undefined)
  log.receive(packets(1))
  log.receive(gap(7))
  log.receive(gap(5))
  log.receive(packets(14))
  expect(shown(log)).toEqual([1, "slow 12", 14])
})

test("paused: nothing moves, the new ones are counted, following shows them", () => {
  const log = new PacketLog(() => undefined)
  log.receive(packets(1))
  log.pause()
  log.receive(packets(2, 3))
  expect(shown(log)).toEqual([1])
  expect(log.arrivedWhilePaused).toBe(2)
  log.follow()
  expect(shown(log)).toEqual([1, 2, 3])
  expect(log.arrivedWhilePaused).toBe(0)
})

test("paused for long: what no longer fits is a gap with its exact count", () => {
  const log = new PacketLog(() => undefined, { shown: 100, waiting: 3 })
  log.pause()
  log.receive(packets(1, 2, 3, 4))
  log.receive(gap(9))
  log.receive(packets(14))
  log.follow()
  expect(shown(log)).toEqual(["paused 3", 4, "slow 9", 14])
})

test("the connection came back: what came before is not shown twice, and a gap only where some are missing", () => {
  const log = new PacketLog(() => undefined)
  log.reconnected()
  log.receive(packets(1, 2))
  log.receive(gap(7))
  log.receive(packets(10))
  log.reconnected()
  log.receive(packets(2))
  log.receive(gap(7))
  log.receive(packets(10, 11))
  expect(shown(log)).toEqual([1, 2, "slow 7", 10, 11])
  log.reconnected()
  log.receive(gap(3))
  log.receive(packets(15, 16))
  expect(shown(log)).toEqual([1, 2, "slow 7", 10, 11, "connection null", 15, 16])
})

test("a tunnel that was started again counts anew: its packets are shown", () => {
  const log = new PacketLog(() => undefined)
  log.receive(packets(8, 9))
  log.receive({ type: "packets", tunnel: "a", items: [{ ...packet(1), time: 10 }] })
  expect(shown(log)).toEqual([8, 9, 1])
})

const even: Filter["matches"] = ({ length }) => length % 2 === 0
const sized = (...lengths: number[]) =>
  ({ type: "packets", tunnel: "a", items: lengths.map((length) => ({ ...packet(length), length })) }) as const

test("a filter shows what it finds, before and after, and gaps; without it all is there again", () => {
  const log = new PacketLog(() => undefined)
  log.receive(sized(1, 2, 3))
  log.show(even)
  expect(shown(log)).toEqual([2])
  log.receive(gap(4))
  log.receive(sized(5))
  log.receive(gap(6))
  log.receive(sized(7, 8))
  expect(shown(log)).toEqual([2, "slow 10", 8])
  log.show(undefined)
  expect(shown(log)).toEqual([1, 2, 3, "slow 4", 5, "slow 6", 7, 8])
})

test("paused with a filter: what it finds is counted as new, and nothing else is missing", () => {
  const log = new PacketLog(() => undefined)
  log.show(even)
  log.pause()
  log.receive(sized(1, 2, 3, 4))
  expect(log.arrivedWhilePaused).toBe(2)
  log.show(undefined)
  expect(log.arrivedWhilePaused).toBe(4)
  log.show(even)
  log.follow()
  expect(shown(log)).toEqual([2, 4])
})

test("each change is told", () => {
  const changed = vi.fn()
  const log = new PacketLog(changed)
  log.receive(packets(1))
  log.pause()
  log.clear()
  log.follow()
  expect(changed).toHaveBeenCalledTimes(4)
  expect(shown(log)).toEqual([])
})
