import { type PacketSummary, surroundingsOf } from "@tundeck/shared"
import { expect, test } from "vitest"
import { PacketLog } from "../packet-log.ts"
import { LogAnalysis } from "./log-analysis.ts"

const surroundings = surroundingsOf({ transport: { kind: "udp" } })
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
const packets = (from: number, count: number) => {
  const items = Array.from({ length: count }, (_, at) => packet(from + at))
  return { type: "packets", tunnel: "a", items } as const
}
const gap = (dropped: number) => ({ type: "gap", tunnel: "a", dropped }) as const

function logOf(capacity = 100): PacketLog {
  return new PacketLog(() => undefined, { shown: capacity, waiting: 100 })
}

test("takes what came before and what comes, so many at a time, each once", () => {
  const log = logOf()
  log.receive(packets(1, 5))
  const ofLog = new LogAnalysis(log, surroundings)
  expect(ofLog.take(3)).toBe(true)
  expect(ofLog.analysis.total.packets).toBe(3)
  expect(ofLog.take(3)).toBe(false)
  expect(ofLog.take(3)).toBe(false)
  log.receive(packets(6, 2))
  ofLog.take(3)
  expect(ofLog.analysis.total).toMatchObject({ packets: 7, first: 1, last: 7 })
})

test("a filter hides nothing from it", () => {
  const log = logOf()
  log.show(() => false)
  log.receive(packets(1, 5))
  const ofLog = new LogAnalysis(log, surroundings)
  ofLog.take(10)
  expect(ofLog.analysis.total.packets).toBe(5)
})

test("a gap counts as much as it became, not as it was when it began", () => {
  const log = logOf()
  log.receive(packets(1, 1))
  log.receive(gap(5))
  const ofLog = new LogAnalysis(log, surroundings)
  expect(ofLog.take(10)).toBe(false)
  log.receive(gap(7))
  expect(ofLog.take(10)).toBe(false)
  expect(ofLog.analysis.total.missed).toBe(0)
  log.receive(packets(14, 1))
  ofLog.take(10)
  expect(ofLog.analysis.total).toMatchObject({ packets: 2, missed: 12, isMissedKnown: true })
})

test("after Clear it begins anew, however many rows come before it looks", () => {
  const log = logOf()
  log.receive(packets(1, 3))
  const ofLog = new LogAnalysis(log, surroundings)
  ofLog.take(10)
  log.clear()
  log.receive(packets(4, 5))
  ofLog.take(10)
  expect(ofLog.analysis.total).toMatchObject({ packets: 5, first: 4 })
})

test("rows that fell out before it looked are missing, and nobody counted them", () => {
  const log = logOf(3)
  log.receive(packets(1, 1))
  const ofLog = new LogAnalysis(log, surroundings)
  ofLog.take(10)
  log.receive(packets(2, 9))
  ofLog.take(10)
  expect(ofLog.analysis.total).toMatchObject({ packets: 4, isMissedKnown: false })
})
