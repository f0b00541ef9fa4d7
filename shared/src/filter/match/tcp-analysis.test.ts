import { describe, expect, test } from "vitest"
import type { TcpMark } from "../../packets/flows/tcp-flows.ts"
import { filterOf, readFilter } from "../filter.ts"
import { tcpAnalyses } from "../language/tcp-analysis.ts"
import type { FilteredRow } from "./row.ts"

const plain: FilteredRow = {
  ...{ length: 40, direction: "outbound", protocol: "TCP", info: "", verdict: "sent" },
  key: { ip: [{ source: [1], destination: [2], protocols: [6], hopLimit: 64 }] },
}
const marked = (...marks: TcpMark[]): FilteredRow => ({ ...plain, tcp: { sequence: 1, marks } })

/** What finds a segment with the mark, beside `flags`. */
const found: readonly (readonly [TcpMark, string])[] = [
  ["Retransmission", "retransmission"],
  ["Fast Retransmission", "retransmission fast_retransmission"],
  ["Spurious Retransmission", "retransmission spurious_retransmission"],
  ["Out-Of-Order", "out_of_order"],
  ["Previous segment not captured", "lost_segment"],
  ["ACKed unseen segment", "ack_lost_segment"],
  ["Dup ACK #1", "duplicate_ack"],
  ["Dup ACK #12", "duplicate_ack"],
  ["ZeroWindow", "zero_window"],
  ["ZeroWindowProbe", "zero_window_probe"],
  ["Window Update", "window_update"],
  ["Keep-Alive", "keep_alive"],
  ["Keep-Alive ACK", "keep_alive_ack"],
  ["Port numbers reused", "reused_ports"],
]

describe("tcp.analysis", () => {
  test.each(found)("%s is found by %s, and by no other", (mark, names) => {
    const finding = Object.keys(tcpAnalyses).filter((name) =>
      filterOf(`tcp.analysis.${name}`, {}).matches(marked(mark)),
    )
    expect(finding.join(" ")).toBe(names)
  })

  test("without “analysis” the words say the same", () => {
    for (const name of Object.keys(tcpAnalyses)) {
      expect(filterOf(`tcp.${name}`, {}).canonical).toBe(`tcp.analysis.${name}`)
    }
  })

  test("tcp.analysis.flags finds whatever stands out", () => {
    const { matches } = filterOf("tcp.analysis.flags", {})
    for (const [mark] of found) expect(matches(marked(mark)), mark).toBe(true)
    expect([matches(plain), matches(marked())]).toEqual([false, false])
  })

  test("one of several marks is enough, and “not” finds the others", () => {
    const both = marked("Previous segment not captured", "Out-Of-Order")
    expect(filterOf("tcp.out_of_order and tcp.lost_segment", {}).matches(both)).toBe(true)
    expect(filterOf("not tcp.analysis.retransmission", {}).matches(both)).toBe(true)
    expect(filterOf("tcp.flags.ack or tcp.keep_alive", {}).matches(both)).toBe(false)
  })

  test("a word misspelt has the right one beside it", () => {
    expect(readFilter("tcp.analysis.retransmision").fault?.message).toMatch(
      /Did you mean tcp\.analysis\.retransmission\?/,
    )
  })
})

test("injected finds what a person made up", () => {
  const { matches, canonical } = filterOf("INJECTED", {})
  expect([matches({ ...plain, injected: true }), matches(plain), canonical]).toEqual([true, false, "injected"])
})
