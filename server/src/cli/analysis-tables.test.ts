import { Analysis, type PacketSummary, surroundingsOf } from "@tundeck/shared"
import { expect, test } from "vitest"
import { analysisTables, findingLines } from "./analysis-tables.ts"
import { formatTable } from "./output.ts"

const ping: PacketSummary = {
  number: 1,
  time: 0,
  direction: "outbound",
  length: 84,
  source: "10.0.0.1",
  destination: "10.0.0.2",
  protocol: "ICMP",
  info: "Echo (ping) request",
  verdict: "sent",
  batch: 1,
  insideMicroseconds: 5,
  key: {
    ip: [{ source: [0x0a000001], destination: [0x0a000002], protocols: [1], hopLimit: 64 }],
    icmpType: 8,
    icmpCode: 0,
  },
}

const surroundings = surroundingsOf({ transport: { kind: "udp" } })

function analysisOf(rows: readonly PacketSummary[]): Analysis {
  const analysis = new Analysis(() => surroundings)
  for (const row of rows) analysis.add(row)
  return analysis
}

const lines = (table: { head: string[]; rows: (string | number | null | undefined)[][] }) =>
  formatTable(table.head, table.rows)
    .split("\n")
    .map((line) => line.replaceAll(/ {2,}/g, " "))

test("tables have the most first", () => {
  const analysis = analysisOf([
    { ...ping, source: "10.0.0.3", verdict: "dropped", reason: "no-peer" },
    { ...ping, length: 1000 },
  ])
  expect(lines(analysisTables.conversations(analysis)).slice(1)).toEqual([
    "10.0.0.1 ↔ 10.0.0.2 ICMP 1 0 1000 0 0",
    "10.0.0.3 ↔ 10.0.0.2 ICMP 1 0 84 0 1",
  ])
  expect(lines(analysisTables.talkers(analysis))[1]).toBe("10.0.0.2 0 0 2 1084 1")
  expect(lines(analysisTables.protocols(analysis)).slice(1)).toEqual(["ICMP 2 1084 1"])
  expect(lines(analysisTables.drops(analysis))[1]).toMatch(/^no-peer outbound 1 84 Start the other side/)
})

test("a finding says what, what to try, and the command that shows it", () => {
  const [finding] = analysisOf([ping, { ...ping, time: 1000 }, { ...ping, time: 2000 }]).findings()
  expect(finding && findingLines(finding, "lab")).toEqual([
    "warning: Nothing comes back",
    "  10.0.0.1 sent 10.0.0.2 3 pings, and nothing came back.",
    expect.stringMatching(/^ {2}Try: Look on the other side/),
    "  tundeck packets lab --filter 'host 10.0.0.1 and host 10.0.0.2 and icmp'",
  ])
})
