import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { dropReasons } from "../../model/verdict.ts"
import { anyText } from "../../testing/any-text.ts"
import { longestFilter, readFilter } from "../filter.ts"
import { complete } from "./complete.ts"

/** The caret stands where | is. */
function at(marked: string) {
  const caret = marked.indexOf("|")
  return complete(marked.replace("|", ""), caret)
}

describe("complete", () => {
  test("at the beginning: whatever begins a test", () => {
    for (const text of ["|", "tcp and |", "(|", "not |"]) {
      expect(at(text).words).toEqual(
        expect.arrayContaining(["icmp", "host", "dropped", "reason", "ip.addr", "vlan", "dns"]),
      )
    }
  })

  test("within a word: what begins as it does, in the place of the whole word", () => {
    expect(at("tcp and dro|")).toEqual({ from: 8, to: 11, words: ["dropped"] })
    expect(at("tcp and de|liver or udp")).toEqual({ from: 8, to: 15, words: ["delivered"] })
    expect(at("IC|").words).toEqual([
      "icmp",
      "icmp6",
      "icmpv6",
      "icmp.type",
      "icmp.code",
      "icmp.mtu",
      "icmpv6.type",
      "icmpv6.code",
      "icmpv6.mtu",
    ])
  })

  test("behind a name's dot: the names that go on so", () => {
    expect(at("icmp or vlan.|").words).toEqual(["vlan.id"])
    expect(at("tcp.analysis.|retrans").words).toContain("tcp.analysis.zero_window")
    expect(at("tcp.analysis.|retrans")).toMatchObject({ from: 0, to: 20 })
    expect(at("tcp.|").words).toEqual(expect.arrayContaining(["tcp.port", "tcp.retransmission", "tcp.flags.syn"]))
    for (const text of ["nothing.|", "host 10.|", 'info contains "x.|', ".|"]) expect(at(text).words, text).toEqual([])
  })

  test("a word that is whole already is not offered", () => {
    expect(at("dropped|").words).toEqual([])
  })

  test("after a field its operators, after an operator its values", () => {
    expect(at("reason |").words).toEqual(["==", "!="])
    expect(at("reason == |").words).toEqual(dropReasons.map(({ code }) => code))
    expect(at("reason == repl|").words).toEqual(["replayed"])
    expect(at("dir == |").words).toEqual(["in", "out", "inbound", "outbound"])
    expect(at("protocol == d|").words).toEqual(["dhcp", "dhcpv6", "dns"])
    expect(at("len |").words).toContain(">=")
    expect(at("info |").words).toEqual(["contains"])
    expect(at("tcp.flags.syn == |").words).toEqual(["1", "0"])
  })

  test("after a protocol what it has, and “and” and “or”", () => {
    expect(at("tcp |").words).toEqual(["and", "or", "port", "portrange", "src", "dst"])
    expect(at("ether |").words).not.toContain("and")
    expect(at("tcp port |").words).toContain("https")
    expect(at("ether proto |").words).toContain("arp")
  })

  test("after a whole test: “and”, “or”; where a value is to be written, and within a text: nothing", () => {
    for (const text of ["dropped |", "host 10.0.0.1 |", "(tcp) |", "reason == no-peer |", 'info contains "x" |']) {
      expect(at(text).words, text).toEqual(["and", "or"])
    }
    for (const text of ["host |", "net |", 'info contains "x|', "len > |"]) expect(at(text).words, text).toEqual([])
  })

  test("each word that is offered for a whole word can be read on", () => {
    for (const word of at("|").words) {
      const { fault } = readFilter(word)
      if (fault !== undefined) expect(fault.at, word).toBeGreaterThanOrEqual(word.length)
    }
  })

  test("what is too long to be a filter has none, and costs nothing", () => {
    const long = "icmp or ".repeat(1 << 17)
    expect(complete(long, long.length)).toEqual({ from: long.length, to: long.length, words: [] })
    expect(complete(long.slice(0, longestFilter), longestFilter).words).not.toEqual([])
  })

  test("any text at any caret has a completion around the caret", () => {
    fc.assert(
      fc.property(anyText(), fc.nat(80), (text, caret) => {
        const place = Math.min(caret, text.length)
        const { from, to } = complete(text, place)
        return from <= place && to >= place && to <= text.length
      }),
      { numRuns: 1000 },
    )
  })
})
