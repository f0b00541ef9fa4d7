import { describe, expect, test } from "vitest"
import { readFilter } from "../../filter/filter.ts"
import { TcpFlows } from "../../packets/flows/tcp-flows.ts"
import { ipv4 } from "../../packets/samples/build.ts"
import { randomConnections } from "../../packets/testing/random-connections.ts"
import { Analysis, type Finding, type FindingKind } from "../analysis.ts"
import { surroundingsOf } from "../surroundings.ts"
import {
  arp,
  datagram,
  fragmentationNeeded,
  type MadeRow,
  neighbour,
  ping,
  type RowParts,
  rowOf,
  segment,
  unknownSurroundings,
} from "../testing/rows.ts"

type Passed = MadeRow | "gap"

function findings(passed: readonly Passed[], surroundings = unknownSurroundings): readonly Finding[] {
  const analysis = new Analysis(() => surroundings)
  for (const one of passed) {
    if (one === "gap") analysis.gap(1)
    else analysis.add(one)
  }
  const rows = passed.filter((one) => one !== "gap")
  for (const finding of analysis.findings()) expectShown(finding, rows)
  return analysis.findings()
}

/** Its filter finds the rows that it names, and not all. */
function expectShown({ filter, rows, what }: Finding, among: readonly MadeRow[]): void {
  const { filter: read, fault } = readFilter(filter)
  expect(fault, filter).toBeUndefined()
  const shown = among.filter((row) => read?.matches(row)).map(({ number }) => number)
  expect(rows.length, what).toBeGreaterThan(0)
  expect(shown, `${filter}: ${what}`).toEqual(expect.arrayContaining([...rows]))
  expect(read?.matches(rowOf(datagram(77, 78))), filter).toBe(false)
}

const kinds = (found: readonly Finding[]): FindingKind[] => found.map(({ kind }) => kind)
const frame: RowParts = { link: "ethernet" }
const withNetworkOf24 = surroundingsOf({ transport: { kind: "udp" }, addresses: ["10.0.0.1/24"] })
const again: RowParts = { marks: ["Retransmission"] }

/** As many as `count`, `everyMs` apart. */
function series(count: number, everyMs: number, bytes: readonly number[], parts: RowParts = {}): MadeRow[] {
  return Array.from({ length: count }, (_, at) => rowOf(bytes, { ...parts, time: at * everyMs }))
}

describe("retransmissions", () => {
  const answered = rowOf(segment(2, 1, { isAnswer: true }))

  test("two are ordinary, three are told", () => {
    expect(findings([answered, ...series(2, 10, segment(1, 2), again)])).toEqual([])
    const [finding] = findings([answered, ...series(3, 10, segment(1, 2), again)])
    expect(finding).toMatchObject({ kind: "retransmissions", severity: "warning", count: 3, first: 0, last: 20 })
    expect(finding?.what).toBe("10.0.0.1:40000 sent 3 of 3 segments to 10.0.0.2:443 again.")
  })

  test("less than one of a hundred is a note", () => {
    const many = series(298, 1, segment(1, 2), { marks: [] })
    expect(findings([answered, ...many, ...series(3, 1, segment(1, 2), again)])).toMatchObject([{ severity: "note" }])
  })

  test("each direction is told for itself, by fast and spurious ones, too, and by no other mark", () => {
    const spurious = series(3, 1, segment(2, 1, { isAnswer: true }), { marks: ["Spurious Retransmission"] })
    const others = series(9, 1, segment(1, 2), { marks: ["Dup ACK #1", "Out-Of-Order"] })
    const [finding, ...none] = findings([...others, ...spurious])
    expect(none).toEqual([])
    expect(finding?.what).toBe("10.0.0.2:443 sent 3 of 3 segments to 10.0.0.1:40000 again.")
  })
})

test("retransmissions of connections over a network that loses are those that were marked", () => {
  const flows = new TcpFlows()
  const rows = randomConnections(150, 20_261_128).map(({ bytes, microseconds }) => {
    const facts = flows.summarize(bytes, bytes.length, "ip", microseconds / 1000)
    return { ...rowOf([...bytes], { time: microseconds / 1000 }), ...facts }
  })
  const told = findings(rows).filter(({ kind }) => kind === "retransmissions")
  expect(told.length).toBeGreaterThan(5)
  for (const { filter, count } of told) {
    const read = readFilter(filter).filter
    expect(rows.filter((row) => read?.matches(row)).length, filter).toBe(count)
  }
})

describe("TCP over TCP", () => {
  const overTcp = surroundingsOf({ transport: { kind: "tcp" } })
  const rows = [rowOf(segment(2, 1, { isAnswer: true })), ...series(3, 10, segment(1, 2), again)]

  test("told when the tunnel goes over TCP, and only then", () => {
    expect(kinds(findings(rows, overTcp))).toEqual(["tcp-over-tcp", "retransmissions"])
    expect(kinds(findings(rows))).toEqual(["retransmissions"])
  })

  test("told of the peers that have fallen back to TCP, and of no other", () => {
    const surroundings = surroundingsOf({ transport: { kind: "udp" }, peers: [{ name: "berta", carrier: "tcp" }] })
    const to = (peer: string) => series(3, 10, segment(1, 2), { ...again, peer })
    expect(kinds(findings(to("anna"), surroundings))).toEqual(["retransmissions"])
    const [finding] = findings([...to("anna"), ...to("berta")], surroundings)
    expect(finding).toMatchObject({ kind: "tcp-over-tcp", count: 3 })
  })

  test("without retransmissions there is nothing to tell", () => {
    expect(findings(rows.slice(0, 3), overTcp)).toEqual([])
  })
})

describe("path MTU", () => {
  test("told once or twice, a sender learns; the third time it does not heed it", () => {
    const told = series(3, 100, fragmentationNeeded(1, 2, 1280), { direction: "inbound" })
    expect(findings(told.slice(1))).toMatchObject([{ kind: "path-mtu", severity: "note", count: 2 }])
    const [finding] = findings(told)
    expect(finding).toMatchObject({ severity: "warning", count: 3 })
    expect(finding?.what).toBe("10.0.0.1 told 10.0.0.2 3 times that packets above 1,280 bytes do not fit.")
    expect(finding?.advice).toContain("Set the interface's MTU to 1,280")
  })

  test("a router that does not say the size", () => {
    expect(findings([rowOf(fragmentationNeeded(1, 2, 0))])[0]?.what).toMatch(/once that packets are too large\.$/)
  })

  test("packets that Tundeck dropped for their size, with the shortest of them", () => {
    const [finding, ...others] = findings([
      rowOf(segment(1, 2), { reason: "above-path-mtu", length: 1500 }),
      rowOf(segment(1, 2), { reason: "above-path-mtu", length: 1421 }),
      rowOf(segment(1, 2), { reason: "queue-full", length: 100 }),
    ])
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: "too-large", severity: "warning", count: 2 })
    expect(finding?.what).toMatch(/^2 packets were dropped on the way out, the shortest of 1,421 bytes\./)
  })
})

describe("one-way traffic", () => {
  const syn = segment(1, 2, { syn: true })
  const answer = rowOf(segment(2, 1, { isAnswer: true }), { direction: "inbound" })

  test("TCP: three packets over two seconds and nothing back", () => {
    expect(findings(series(2, 3000, syn))).toEqual([])
    expect(findings(series(3, 999, syn))).toEqual([])
    const [finding, ...others] = findings(series(3, 1000, syn))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: "one-way", severity: "warning", count: 3 })
    expect(finding?.what).toBe("10.0.0.1:40000 sent 10.0.0.2:443 3 packets over TCP, and nothing came back.")
    expect(finding?.advice).toMatch(/^Look on the other side/)
  })

  test("from the wire, the fault is here or behind", () => {
    expect(findings(series(3, 1000, syn, { direction: "inbound" }))[0]?.advice).toMatch(/^Look on this host/)
  })

  test("one answer is enough, even one that was dropped", () => {
    expect(findings([...series(5, 1000, syn), answer])).toEqual([])
    const dropped = rowOf(segment(2, 1, { isAnswer: true }), { direction: "inbound", reason: "link-down" })
    expect(findings([...series(5, 1000, syn), dropped])).toEqual([])
  })

  test("who acknowledges hears the other side by another way", () => {
    const [finding] = findings(series(4, 1000, segment(1, 2)))
    expect(finding?.what).toMatch(/acknowledges answers that do not pass here/)
    expect(finding?.advice).toMatch(/^Compare the routes/)
  })

  test("what was dropped here was not left without an answer", () => {
    expect(findings(series(9, 1000, syn, { reason: "no-peer" }))).toEqual([])
  })

  test("what was missed may have been the answer: counting begins anew", () => {
    const rows = series(4, 1000, syn)
    expect(findings([...rows.slice(0, 2), "gap", ...rows.slice(2)])).toEqual([])
  })

  test("pings: three over two seconds since the last reply", () => {
    const reply = rowOf(ping(2, 1, 0), { direction: "inbound" })
    const pings = series(5, 1000, ping(1, 2))
    expect(findings([...pings.slice(0, 3), reply, ...pings.slice(3)])).toEqual([])
    const [finding, ...others] = findings([...pings.slice(0, 2), reply, ...pings.slice(2)])
    expect(others).toEqual([])
    expect(finding?.what).toBe("10.0.0.1 sent 10.0.0.2 3 pings, and nothing came back.")
    expect(findings(series(9, 1000, ping(2, 1, 0)))).toEqual([])
  })

  test("UDP: ten over five seconds between two hosts are a note, and none to a group", () => {
    expect(findings(series(9, 1000, datagram(1, 2)))).toEqual([])
    expect(findings(series(10, 1000, datagram(1, 2)))).toMatchObject([{ kind: "one-way", severity: "note" }])
    expect(findings([...series(10, 1000, datagram(1, 2, 99)), rowOf(datagram(2, 1))])).toEqual([])
    expect(findings(series(10, 1000, datagram(1, 255)), withNetworkOf24)).toEqual([])
  })

  test("an address that ends in 255 is a broadcast only in a network that is known to have it", () => {
    const pings = series(3, 1000, ping(1, 255))
    const within = (prefix: string) => surroundingsOf({ transport: { kind: "udp" }, addresses: [prefix] })
    expect(kinds(findings(pings))).toEqual(["one-way"])
    expect(kinds(findings(pings, within("10.0.0.1/22")))).toEqual(["one-way"])
    expect(findings(pings, within("10.0.0.1/24"))).toEqual([])
    expect(findings(series(3, 1000, ping(1, 127)), within("10.0.0.1/25"))).toEqual([])
  })

  test.each([
    ["255.255.255.255", [255, 255, 255, 255], []],
    ["a group", [239, 255, 0, 1], []],
    ["an address beyond the groups", [240, 0, 0, 1], ["one-way"]],
  ] as const)("to %s", (_, destination, told) => {
    const packet = ipv4(1, [8, 0, 0, 0, 0, 1, 0, 1], { source: [10, 0, 0, 1], destination: [...destination] })
    expect(kinds(findings(series(3, 1000, packet)))).toEqual(told)
  })
})

describe.each([
  ["ARP", arp, "10.0.0."],
  ["neighbour discovery", neighbour, "fd00::"],
] as const)("%s", (by, ask, network) => {
  const request = ask("request", 1, 1, 9)

  test("three questions a second apart, and no answer", () => {
    expect(findings(series(2, 1000, request, frame))).toEqual([])
    expect(findings(series(3, 499, request, frame))).toEqual([])
    const [finding, ...others] = findings(series(3, 500, request, frame))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: "no-neighbour", severity: "warning", count: 3 })
    expect(finding?.what).toBe(`${network}9 was asked for by ${by} 3 times in a row, and nobody answered.`)
  })

  test("an answer, a gap, and questions that were dropped or only probe are no silence", () => {
    const rows = series(4, 1000, request, frame)
    const answer = rowOf(ask("reply", 9, 9, 1), frame)
    expect(findings([...rows, answer])).toEqual([])
    expect(findings([...rows.slice(0, 2), answer, ...rows.slice(2)])).toEqual([])
    expect(findings([...rows.slice(0, 2), "gap", ...rows.slice(2)])).toEqual([])
    expect(findings(series(4, 1000, request, { ...frame, reason: "no-peer" }))).toEqual([])
    expect(findings(series(4, 1000, ask("request", 1, 0, 9), frame))).toEqual([])
  })

  const claimAt = (time: number, mac: number) => rowOf(ask("reply", mac, 9, 1), { ...frame, time })

  test("an address that two claim in turns", () => {
    const [finding, ...others] = findings([claimAt(0, 5), claimAt(10, 6), claimAt(20, 5)])
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: "duplicate-address", severity: "warning", count: 1, first: 20 })
    expect(finding?.what).toBe(
      `${network}9 is claimed by 02:00:00:00:00:06 and 02:00:00:00:00:05 in turns: it came back once.`,
    )
  })

  test("an address that moves is none, nor one that comes back after a minute", () => {
    expect(findings([claimAt(0, 5), claimAt(10, 6), claimAt(20, 6)])).toEqual([])
    expect(findings([claimAt(0, 5), claimAt(30_000, 6), claimAt(60_001, 5)])).toEqual([])
  })

  test("who asks whether an address is free, and hears that it is not", () => {
    const probe = rowOf(ask("request", 6, 0, 9), frame)
    expect(findings([probe, claimAt(3001, 5)])).toEqual([])
    expect(findings([probe, claimAt(1000, 6)])).toEqual([])
    const [finding] = findings([probe, claimAt(1000, 5)])
    expect(finding?.kind).toBe("duplicate-address")
    expect(finding?.what).toBe(
      `02:00:00:00:00:06 asked whether ${network}9 is free, and 02:00:00:00:00:05 has it or wants it, too.`,
    )
  })

  test("two that probe for one address at once", () => {
    const probes = [rowOf(ask("request", 6, 0, 9), frame), rowOf(ask("request", 7, 0, 9), { ...frame, time: 500 })]
    expect(kinds(findings(probes))).toEqual(["duplicate-address"])
  })
})

test("proxies and anycast: an advertisement that does not override claims nothing for its sender", () => {
  const told = (time: number, mac: number) => rowOf(neighbour("proxied", mac, 9, 1), { ...frame, time })
  expect(findings([told(0, 5), told(10, 6), told(20, 5)])).toEqual([])
  const asked = series(4, 1000, neighbour("request", 1, 1, 9), frame)
  expect(findings([...asked, told(5000, 5)])).toEqual([])
})

test("who tells all of his own address by ARP asks nobody", () => {
  expect(findings(series(4, 1000, arp("request", 9, 9, 9), frame))).toEqual([])
})

test("warnings stand before notes", () => {
  const rows = [
    rowOf(fragmentationNeeded(1, 2, 1280)),
    ...series(3, 1000, ping(1, 2)),
    rowOf(segment(1, 2), { reason: "above-mtu" }),
  ]
  expect(kinds(findings(rows))).toEqual(["too-large", "one-way", "path-mtu"])
})
