import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bytesOf } from "../packets/samples/sample.ts"
import { samples } from "../packets/samples/samples.ts"
import { anyText } from "../testing/any-text.ts"
import { longestFilter, parseTree, readFilter } from "./filter.ts"
import { packetKeyOf } from "./key/packet-key.ts"
import { printTree } from "./language/print.ts"
import type { FilteredRow } from "./match/row.ts"
import { pcapExpression } from "./testing/expressions.ts"
import { extended6, frame, ipPacket } from "./testing/packets.ts"

function rowOf(bytes: number[], link: "ip" | "ethernet", change: Partial<FilteredRow> = {}): FilteredRow {
  const key = packetKeyOf(Uint8Array.from(bytes), bytes.length, link)
  return { length: bytes.length, direction: "inbound", protocol: "", info: "", verdict: "delivered", key, ...change }
}

const row: FilteredRow = {
  length: 84,
  direction: "outbound",
  protocol: "TLSv1.3",
  info: "Client Hello (SNI=example.org)",
  verdict: "dropped",
  reason: "no-peer",
  peer: "ann",
  key: {
    ip: [{ source: [0x0a00_0001], destination: [0x0a00_0002], protocols: [6], hopLimit: 64 }],
    sourcePort: 40_000,
    destinationPort: 443,
    tcpFlags: 0x18,
  },
}

const rows: readonly FilteredRow[] = [
  row,
  { ...row, verdict: "delivered", direction: "inbound", protocol: "DNS", reason: "replayed" },
  ...fc.sample(ipPacket, { numRuns: 60, seed: 1 }).map((bytes) => rowOf(bytes, "ip")),
  ...fc.sample(extended6, { numRuns: 20, seed: 2 }).map((bytes) => rowOf(bytes, "ip", { verdict: "sent" })),
  ...fc
    .sample(frame(fc.constantFrom([], [5], [5, 7])), { numRuns: 60, seed: 3 })
    .map((bytes) => rowOf(bytes, "ethernet")),
]

function finds(text: string): boolean[] {
  const { filter, fault } = readFilter(text)
  if (filter === undefined) throw new Error(`${text}: ${fault.message}`)
  return rows.map(filter.matches)
}

describe("a filter says what it says", () => {
  test.each([
    ["dropped", true],
    ["sent or delivered", false],
    ["verdict == dropped and reason == no-peer", true],
    ["reason != replayed", true],
    ["reason != no-peer", false],
    ["errno != EINVAL", false],
    ["dir == out", true],
    ["inbound", false],
    ["tls", true],
    ["protocol == TLS", true],
    ["protocol == tlsv1.3", true],
    ["dns || quic", false],
    ['info contains "sni=EXAMPLE"', true],
    ["peer == ann and tunnel == lab", true],
    ["peer == Ann", false],
    ["tunnel == t1 and tunnel != other", true],
    ["host 10.0.0.1 and tcp port 443", true],
    ["10.0.0.1 and not 10.0.0.9", true],
    ["net 10", true],
    ["src port 443", false],
    ["port https", true],
    ["port 80 or 443", true],
    ["port (80 or 8080)", false],
    ["portrange 440-450", true],
    ["ip.addr == 10.0.0.2", true],
    ["ip.src == 10.0.0.0/8", true],
    ["ip.addr != 10.0.0.2", false],
    ["ipv6.addr != fd00::1", false],
    ["tcp.port == 443 && ip.ttl > 63", true],
    ["tcp.port in {80, 443}", true],
    ["tcp.dstport >= 443", true],
    ["tcp.dstport > 443", false],
    ["udp.port == 443", false],
    ["tcp.flags.syn == 1", false],
    ["tcp.flags.ack", true],
    ["tcp[tcpflags] & (tcp-syn|tcp-push) != 0", true],
    ["tcp[13] = 0x18", true],
    ["icmp[icmptype] != 8", false],
    ["frame.len > 83 and len <= 84", true],
    ["!arp", true],
    ["vlan", false],
    ["not not tcp", true],
    ["NOT udp AND TCP", true],
    ["ether proto ip", true],
    ["len - 100 > 6", true],
  ])("%s: %s", (text, expected) => {
    expect(readFilter(text, { tunnel: ["t1", "lab"] }).filter?.matches(row)).toBe(expected)
  })

  test.each([
    ["icmp.mtu == 1400", "fragmentation needed", false],
    ["icmp.mtu == 1280", "fragmentation needed", true],
    ["icmpv6.mtu > 0", "fragmentation needed", false],
    ["icmpv6.mtu < 1400", "packet too big", true],
    ["arp.opcode == 1", "ARP request", true],
    ["arp.opcode == 1", "ARP reply", false],
    ["arp.opcode != 1", "ping request", false],
  ])("%s of a known packet (%s): %s", (text, name, expected) => {
    const { hex, link } = samples.find((sample) => sample.name === name) ?? { hex: "", link: "ip" as const }
    expect(readFilter(text).filter?.matches(rowOf([...bytesOf(hex)], link))).toBe(expected)
  })

  test("“and” and “or” bind alike, from left to right", () => {
    expect(finds("udp and tcp or ip")).toEqual(finds("(udp and tcp) or ip"))
    expect(finds("ip or udp and arp")).toEqual(finds("(ip or udp) and arp"))
    expect(finds("ip or udp and arp")).not.toEqual(finds("ip or (udp and arp)"))
  })

  test("Wireshark's words and pcap's find the same", () => {
    for (const [one, other] of [
      ["ip.src == 10.0.0.1", "ip src host 10.0.0.1"],
      ["ipv6.dst == fd00::/64", "ip6 dst net fd00::/64"],
      ["tcp.port == 443", "tcp port 443"],
      ["udp.srcport < 100", "udp src portrange 0-99"],
      ["eth.addr == 02-00-00-00-00-01", "ether host 02:00:00:00:00:01"],
      ["vlan.id == 5", "vlan 5"],
      ["eth.type == 0x0806", "arp"],
      ["icmpv6.type == 135", "icmp6[icmp6type] = icmp6-neighborsolicit"],
      ["tcp.flags.syn == 0", "tcp[tcpflags] & tcp-syn == 0"],
      ["ip.proto == udp", "ip proto 17"],
    ] as const) {
      expect(finds(one), one).toEqual(finds(other))
      expect(finds(one), one).toContain(true)
    }
  })

  test("IP within IP is found by its outer and its inner addresses, and by what it carries", () => {
    const inner = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 9, 9, 9, 10, 9, 9, 8, 0, 53, 0, 80, 0, 8, 0, 0]
    const outer = [0x45, 0, 0, 48, 0, 0, 0, 0, 9, 4, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, ...inner]
    const packet = rowOf(outer, "ip")
    for (const text of ["host 192.0.2.1", "host 10.9.9.9", "udp port 53", "ip proto 4", "udp", "ttl == 9"]) {
      expect(readFilter(text).filter?.matches(packet), text).toBe(true)
    }
    expect(readFilter("src 192.0.2.1 and dst 10.9.9.8").filter?.matches(packet)).toBe(true)
    expect(readFilter("src and dst net 10").filter?.matches(packet)).toBe(true)
    expect(readFilter("tcp").filter?.matches(packet)).toBe(false)
  })
})

describe("a fault says where and what", () => {
  test.each([
    ["", 0, 1, /empty/],
    ["icpm", 0, 4, /Did you mean icmp\?/],
    ["tcp prot 80", 4, 4, /“and” or “or” is missing/],
    ["tcp port", 8, 1, /a port is missing/],
    ["tcp port 70000", 9, 5, /0 to 65535/],
    ["port htpp", 5, 4, /Did you mean http\?/],
    ["host example.org", 5, 11, /not looked up/],
    ["host 10.0.0.0/8", 5, 10, /net 10\.0\.0\.0\/8/],
    ["host 02:00:00:00:00:01", 5, 17, /ether host/],
    ["net 10.0.0.0/33", 4, 11, /no network/],
    ["ip host fd00::1", 8, 7, /IPv4/],
    ["tcp host 10.0.0.1", 9, 8, /tcp has no addresses/],
    ["80", 0, 2, /port 80/],
    ["(icmp", 0, 1, /never closed/],
    ["icmp)", 4, 1, /no \( for/],
    ["icmp and", 8, 1, /ends where a test is missing/],
    ["icmp & tcp", 5, 1, /“and” or “or”/],
    ["reason == replaid", 10, 7, /Did you mean replayed\?/],
    ["dir == up", 7, 2, /in, out/],
    ["reason > replayed", 7, 1, /only be compared with == and !=/],
    ["len >", 5, 1, /a number is missing/],
    ["len", 3, 1, /compared with something/],
    ["len / 2 > 1", 4, 1, /does not divide/],
    ["tcp[4] = 1", 4, 1, /Only these bytes/],
    ['info contains "a', 14, 2, /does not end/],
    ["icmp ; ls", 5, 1, /means nothing/],
    ["vlan 5000", 5, 4, /4095/],
    ["ip6 broadcast", 4, 9, /no ip6 broadcast/],
    ["src proto 6", 10, 1, /no direction/],
    ["tcp.port in {}", 14, 1, /empty/],
  ])("%s", (text, at, length, message) => {
    expect(readFilter(text).fault).toEqual({ at, length, message: expect.stringMatching(message) })
  })
})

describe("a hostile filter is refused", () => {
  const deep = "(".repeat(10_000)
  test.each([
    ["1 MB", "a".repeat(1 << 20), /4,096 characters at most; this one has 1,048,576/],
    ["10,000 parentheses", deep, /4,096 characters/],
    ["4,096 parentheses", "(".repeat(longestFilter), /100 deep/],
    ["150 parentheses that end", `${"(".repeat(150)}ip${")".repeat(150)}`, /100 deep/],
    ["parentheses around a number", `${"(".repeat(150)}len${")".repeat(150)} > 1`, /50 deep/],
    ["parentheses around a value", `port ${"(".repeat(150)}1${")".repeat(150)}`, /50 deep/],
    ["“and” and “or” in turns", `ip${" or ip and ip".repeat(200)}`, /take turns/],
    ["a sum without end", `len${" + 1".repeat(500)} > 1`, /50 parts/],
    ["words that every object has", "constructor == 1", /no word of a filter/],
    ["a field that every object has", "tcp[constructor] = 1", /Only these bytes/],
  ])("%s", (_, text, message) => {
    expect(readFilter(text).fault?.message).toMatch(message)
  })

  test("1,000 times “not” is none", () => {
    expect(finds(`${"!".repeat(1000)} tcp`)).toEqual(finds("tcp"))
  })

  test("the longest filters are still read", () => {
    expect(readFilter(`ip${" or ip".repeat(682)}`).fault).toBeUndefined()
  })
})

const link = fc.constantFrom<"ip" | "ethernet">("ip", "ethernet")
const expression = link.chain(pcapExpression)
const word = fc.constantFrom(
  "ip",
  "host",
  "10.0.0.1",
  "port",
  "80",
  "and",
  "or",
  "not",
  "(",
  ")",
  "len",
  ">",
  "tcp",
  "[",
  "]",
)
const wordSalad = fc.array(word, { maxLength: 30 }).map((words) => words.join(" "))

describe("always", () => {
  test("any text is a filter, or has a fault within it", () => {
    const texts = fc.oneof(anyText(), fc.string(), wordSalad)
    fc.assert(
      fc.property(texts, (text) => {
        const { filter, fault } = readFilter(text)
        if (filter !== undefined) return rows.every((each) => typeof filter.matches(each) === "boolean")
        return fault.at >= 0 && fault.at <= text.length && fault.length >= 1 && fault.message.length > 10
      }),
      { numRuns: 1000 },
    )
  })

  test("printed and read again it is the same", () => {
    fc.assert(
      fc.property(expression, (text) => {
        const { tree } = parseTree(text)
        if (tree === undefined) throw new Error(text)
        const printed = printTree(tree)
        expect(parseTree(printed).tree, printed).toEqual(tree)
        expect(finds(printed)).toEqual(finds(text))
      }),
      { numRuns: 200 },
    )
  })

  test("not, and, or are what logic says", () => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        const [left, right] = [finds(a), finds(b)]
        expect(finds(`not (${a})`)).toEqual(left.map((each) => !each))
        expect(finds(`(${a}) and (${b})`)).toEqual(left.map((each, i) => each && right[i]))
        expect(finds(`(${a}) or (${b})`)).toEqual(left.map((each, i) => each || right[i]))
        expect(finds(`not ((${a}) or (${b}))`)).toEqual(finds(`not (${a}) and not (${b})`))
      }),
      { numRuns: 150 },
    )
  })
})
