import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readFilter } from "../filter/filter.ts"
import { bytesOf } from "../packets/samples/sample.ts"
import { samples } from "../packets/samples/samples.ts"
import { Analysis, conversationName } from "./analysis.ts"
import { surroundingsOf } from "./surroundings.ts"
import {
  arp,
  datagram,
  type MadeRow,
  ping,
  type RowParts,
  rowOf,
  segment,
  unknownSurroundings,
} from "./testing/rows.ts"

function analysisOf(rows: readonly MadeRow[]): Analysis {
  const analysis = new Analysis(() => unknownSurroundings)
  for (const row of rows) analysis.add(row)
  return analysis
}

function found(filter: string, rows: readonly MadeRow[]): MadeRow[] {
  const read = readFilter(filter)
  if (read.filter === undefined) throw new Error(`${filter}: ${read.fault.message}`)
  return rows.filter(read.filter.matches)
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

describe("conversations", () => {
  test("both directions of one are one, each counted for itself", () => {
    const rows = [
      rowOf(segment(1, 2, { bytes: 100 }), { time: 1000 }),
      rowOf(segment(2, 1, { bytes: 0, isAnswer: true }), { time: 1010, direction: "inbound" }),
      rowOf(segment(1, 2, { bytes: 0 }), { time: 1020, reason: "no-peer" }),
    ]
    const [conversation, ...others] = analysisOf(rows).conversations()
    expect(others).toEqual([])
    expect(conversation).toMatchObject({
      over: "TCP",
      forth: { packets: 2, bytes: 180, drops: 1 },
      back: { packets: 1, bytes: 40, drops: 0 },
      first: 1000,
      last: 1020,
    })
    expect(conversation && conversationName(conversation)).toBe("10.0.0.1:40000 ↔ 10.0.0.2:443")
  })

  test("who was seen to speak first stands first", () => {
    const rows = [rowOf(ping(9, 2)), rowOf(ping(2, 9, 0)), rowOf(ping(9, 2))]
    expect(analysisOf(rows).conversations()).toMatchObject([
      { one: { address: "10.0.0.9" }, other: { address: "10.0.0.2" }, forth: { packets: 2 }, back: { packets: 1 } },
    ])
  })

  test("other ports are another one, and so is another protocol", () => {
    const rows = [datagram(1, 2, 53), datagram(1, 2, 54), ping(1, 2), ping(2, 1, 0)].map((bytes) => rowOf(bytes))
    expect(
      analysisOf(rows)
        .conversations()
        .map(({ over }) => over),
    ).toEqual(["UDP", "UDP", "ICMP"])
  })

  test("a train counts as the packets that it stands for", () => {
    const [conversation] = analysisOf([rowOf(segment(1, 2), { packets: 44, length: 60_000 })]).conversations()
    expect(conversation?.forth).toEqual({ packets: 44, bytes: 60_000, drops: 0 })
  })
})

test("talkers: what an address sent and was sent", () => {
  const rows = [rowOf(ping(1, 2)), rowOf(ping(2, 1, 0)), rowOf(datagram(1, 3), { reason: "no-route-to-peer" })]
  const told = analysisOf(rows)
    .talkers()
    .map(({ address, sent, received }) => [address, sent.packets, sent.drops, received.packets])
  expect(told).toEqual([
    ["10.0.0.2", 1, 0, 1],
    ["10.0.0.1", 2, 1, 1],
    ["10.0.0.3", 0, 0, 1],
  ])
})

test("protocols: by the name in the row", () => {
  const rows = [rowOf(ping(1, 2)), rowOf(ping(2, 1, 0)), rowOf(arp("request", 1, 1, 2), { link: "ethernet" })]
  const told = analysisOf(rows).protocols()
  expect(told.map(({ protocol, packets }) => [protocol, packets])).toEqual([
    ["ICMP", 2],
    ["ARP", 1],
  ])
})

test("drops: by reason and direction, with what to do and the latest five rows", () => {
  const rows = [
    ...Array.from({ length: 7 }, (_, at) => rowOf(ping(1, 2), { time: at, reason: "no-peer" })),
    rowOf(ping(1, 2), { direction: "inbound", reason: "no-peer" }),
    rowOf(ping(1, 2)),
  ]
  const [out, inwards, ...others] = analysisOf(rows).drops()
  expect(others).toEqual([])
  expect(out).toMatchObject({ reason: "no-peer", direction: "outbound", packets: 7, first: 0, last: 6 })
  expect(out?.remedy).toMatch(/^Start the other side/)
  expect(out?.rows).toEqual(rows.slice(2, 7).map(({ number }) => number))
  expect(found(out?.filter ?? "", rows)).toEqual(rows.slice(0, 7))
  expect(found(inwards?.filter ?? "", rows)).toEqual([rows[7]])
})

test("what was missed is told, and that some of it was not counted", () => {
  const analysis = analysisOf([rowOf(ping(1, 2), { time: 5 })])
  analysis.gap(7)
  expect(analysis.total).toMatchObject({ packets: 1, missed: 7, isMissedKnown: true, first: 5, last: 5 })
  analysis.gap(null)
  expect(analysis.total).toMatchObject({ missed: 7, isMissedKnown: false })
})

describe("of any packets", () => {
  const oneRow = fc
    .tuple(fc.constantFrom(...samples), fc.constantFrom<RowParts>({}, { direction: "inbound" }, { reason: "no-peer" }))
    .map(([{ hex, link }, parts]) => rowOf([...bytesOf(hex)], { link, ...parts }))
  const someRows = fc.array(oneRow, { maxLength: 60 })

  test("a filter finds each row that it stands for", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const analysis = analysisOf(rows)
        for (const row of rows) {
          const { protocol, reason } = row
          const shown = [
            analysis.protocols().find((share) => share.protocol === protocol),
            reason && analysis.drops().find((drop) => drop.reason === reason && drop.direction === row.direction),
          ]
          for (const one of shown) expect(one && found(one.filter, [row])).toEqual(one && [row])
        }
        for (const { filter, forth, back } of analysis.conversations()) {
          expect(found(filter, rows).length).toBeGreaterThanOrEqual(forth.packets + back.packets)
        }
        for (const { filter, sent, received, address } of analysis.talkers()) {
          const least = Math.max(sent.packets, received.packets)
          expect(found(filter, rows).length, address).toBeGreaterThanOrEqual(least)
        }
      }),
    )
  })

  test("nothing is lost in the sums", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const analysis = analysisOf(rows)
        const dropped = rows.filter(({ verdict }) => verdict === "dropped").length
        const bytes = sum(rows.map(({ length }) => length))
        expect(analysis.total).toMatchObject({ packets: rows.length, bytes, drops: dropped })
        expect(sum(analysis.protocols().map(({ packets }) => packets))).toBe(rows.length)
        expect(sum(analysis.drops().map(({ packets }) => packets))).toBe(dropped)
        const between = rows.filter(({ source }) => source !== undefined).length
        expect(sum(analysis.conversations().map(({ forth, back }) => forth.packets + back.packets))).toBe(between)
        expect(sum(analysis.talkers().map(({ sent }) => sent.packets))).toBe(between)
      }),
    )
  })
})

test("it keeps a bounded number of everything, and says how many were left out", () => {
  const analysis = new Analysis(() => surroundingsOf({ transport: { kind: "tcp" } }))
  const template = rowOf(datagram(1, 2))
  for (let host = 0; host < 5000; host++) {
    const source = `10.1.${host >> 8}.${host & 255}`
    analysis.add({
      ...template,
      number: host,
      source,
      sourcePort: host,
      tcp: { sequence: 1, marks: ["Retransmission"] },
    })
  }
  expect(analysis.conversations().length).toBe(1000)
  expect(analysis.talkers().length).toBe(1000)
  expect(analysis.forgotten).toEqual({ conversations: 4000, talkers: 4001 })
  expect(analysis.talkers().at(-1)?.address).toBe("10.0.0.2")
})
