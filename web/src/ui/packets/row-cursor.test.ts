import type { PacketSummary } from "@tundeck/shared"
import { expect, test } from "vitest"
import { PacketLog } from "./packet-log.ts"
import { RowCursor } from "./row-cursor.ts"

const packet = (number: number): PacketSummary => ({
  number,
  time: number,
  direction: "outbound",
  length: number,
  batch: 1,
  insideMicroseconds: 38,
  protocol: "ICMP",
  info: "",
  verdict: "sent",
  key: {},
})
const packets = (...numbers: number[]) => ({ type: "packets", tunnel: "a", items: numbers.map(packet) }) as const
const gap = { type: "gap", tunnel: "a", dropped: 5 } as const

function table(capacity = 100) {
  const log = new PacketLog(() => undefined, { shown: capacity, waiting: capacity })
  log.receive(packets(1, 2, 3))
  log.receive(gap)
  log.receive(packets(9, 10))
  return { log, cursor: new RowCursor(log, () => undefined) }
}

test("a row that is chosen pauses the table; a gap is none", () => {
  const { log, cursor } = table()
  cursor.choose(3)
  expect([cursor.row, log.paused]).toEqual([undefined, false])
  cursor.choose(1)
  expect([cursor.row?.number, cursor.position, log.paused]).toEqual([2, 1, true])
})

test("it moves by rows, over gaps, and stops at both ends", () => {
  const { cursor } = table()
  const goes = (by: number) => {
    cursor.move(by, 4)
    return cursor.row?.number
  }
  expect([1, 1, 1, -1, -1, -9, -1, 3, 20].map(goes)).toEqual([9, 10, 10, 9, 3, 1, 1, 9, 10])
})

test("with another filter it is the same row at another place, or none that is shown", () => {
  const { log, cursor } = table()
  cursor.choose(5)
  log.show(({ length }) => length % 2 === 0)
  expect(cursor.position).toBe(2)
  log.show(({ length }) => length % 2 === 1)
  expect([cursor.position, cursor.row?.number]).toEqual([undefined, 10])
  log.show(undefined)
  expect(cursor.position).toBe(5)
})

test("a row that fell out of the table stays open, and the next move begins anew", () => {
  const { log, cursor } = table(6)
  cursor.choose(0)
  cursor.open()
  log.follow()
  log.receive(packets(11, 12, 13, 14, 15, 16))
  expect([cursor.position, cursor.row?.number, cursor.isOpen]).toEqual([undefined, 1, true])
  cursor.move(1, log.rows.first)
  expect(cursor.row?.number).toBe(11)
})

test("nothing to choose in an empty table", () => {
  const log = new PacketLog(() => undefined)
  const cursor = new RowCursor(log, () => undefined)
  cursor.move(1, 0)
  expect([cursor.row, cursor.isOpen, log.paused]).toEqual([undefined, false, false])
})
