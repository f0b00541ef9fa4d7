import { expect, test } from "vitest"
import { dissect } from "./dissect.ts"
import { type Bytes, ethernet, hexOf, ipv4, ipv6, long, tcp, text, udp, word, zeros } from "./samples/build.ts"
import { bytesOf } from "./samples/sample.ts"
import { samples } from "./samples/samples.ts"
import { type LinkType, summarize } from "./summarize.ts"

// Time is not measured here, but what it comes from: each byte that is looked at, as often as it is.

const readsOfSummary = 6_000
const readsOfTree = 50_000
const fieldsOfTree = 2_000

/** Bytes that count how often they are read. */
function counted(bytes: Uint8Array) {
  let reads = 0
  const view = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && key !== "length") reads++
      return Reflect.get(target, key, target)
    },
  })
  return { view, reads: () => reads }
}

function expectBounded(name: string, bytes: Uint8Array, link: LinkType): void {
  const once = counted(bytes)
  const { protocol } = summarize(once.view, bytes.length, link)
  if (once.reads() > readsOfSummary) expect.fail(`${name} (${protocol}): ${once.reads()} reads for the summary`)
  const again = counted(bytes)
  const fields = JSON.stringify(dissect(again.view, bytes.length, link)).split('"start"').length - 1
  if (again.reads() > readsOfTree) expect.fail(`${name} (${protocol}): ${again.reads()} reads for the tree`)
  if (fields > fieldsOfTree) expect.fail(`${name} (${protocol}): ${fields} fields`)
}

test("work: a sample cut at any length, or with a bit flipped, is read a bounded number of times", () => {
  for (const { name, hex, link } of samples) {
    const bytes = bytesOf(hex)
    for (let length = 0; length <= bytes.length; length += 11) expectBounded(name, bytes.subarray(0, length), link)
    for (let bit = 0; bit < bytes.length * 8; bit += 23) {
      const flipped = bytes.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expectBounded(name, flipped, link)
    }
  }
})

const repeated = (count: number, part: Bytes): number[] => Array.from({ length: count }, () => part).flat()
const sized = (length: number, part: Bytes): number[] =>
  repeated(Math.ceil(length / part.length), part).slice(0, length)
const longest = 65_000

const dnsHead = (questions: number, answers: number) => [
  0,
  1,
  0x81,
  0x80,
  ...word(questions),
  ...word(answers),
  0,
  0,
  0,
  0,
]
/** Names that point at each other, each a step further back, and at the end of it as long a name as may be. */
function pointedNames(): number[] {
  const labels = [...repeated(3, [63, ...text("a".repeat(63))]), 50, ...text("a".repeat(50)), 0]
  const pointers = Array.from({ length: 31 }, (_, index) => [0xc0 | (index === 0 ? 0 : 1), index === 0 ? 12 : 0])
  const at = (index: number) => 12 + labels.length + 2 * index
  const chain = pointers.map((_, index) =>
    index === 0 ? [0xc0, 12] : [0xc0 | (at(index - 1) >> 8), at(index - 1) & 0xff],
  )
  const record = [
    0xc0 | (at(30) >> 8),
    at(30) & 0xff,
    0,
    5,
    0,
    1,
    ...long(1),
    0,
    2,
    0xc0 | (at(30) >> 8),
    at(30) & 0xff,
  ]
  return [...dnsHead(0, 5_000), ...labels, ...chain.flat(), ...sized(longest - 400, record)]
}

const hello = [1, 0, 0, 60, 3, 3, ...zeros(32), 0, 0, 2, 0x13, 1, 1, 0, 0, 255, ...repeated(5, [0, 99, 0, 0])]
const records = (fragment: Bytes) => sized(longest, [22, 3, 3, ...word(fragment.length), ...fragment])
const inTcp = (port: number, payload: Bytes) => ipv4(6, tcp(40_000, port, payload))
const inUdp = (from: number, to: number, payload: Bytes) => ipv4(17, udp(from, to, payload))

const worst: [name: string, packet: Bytes][] = [
  ["DNS pointers", inUdp(40_000, 53, pointedNames())],
  ["DNS questions", inUdp(40_000, 53, [...dnsHead(5_000, 0), ...sized(longest, [1, 97, 0, 0, 1, 0, 1])])],
  [
    "DNS texts",
    inUdp(40_000, 53, [...dnsHead(0, 5_000), ...sized(longest, [0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 2, 1, 97])]),
  ],
  ["TLS hellos", inTcp(443, records(hello))],
  [
    "TLS extensions",
    inTcp(443, records([1, 0, 40, 0, 3, 3, ...zeros(33), 0, 2, 0, 0, 1, 0, 38, 0, ...sized(9_700, [0, 0, 0, 0])])),
  ],
  [
    "TLS names",
    inTcp(
      443,
      records([
        1,
        0,
        40,
        0,
        3,
        3,
        ...zeros(33),
        0,
        2,
        0,
        0,
        1,
        0,
        38,
        0,
        ...sized(9_700, [0, 16, 1, 0, ...zeros(256)]),
      ]),
    ),
  ],
  [
    "TLS names of hosts",
    inTcp(
      443,
      records([
        1,
        0,
        40,
        0,
        3,
        3,
        ...zeros(33),
        0,
        2,
        0,
        0,
        1,
        0,
        38,
        0,
        ...sized(9_700, [0, 0, 1, 4, 1, 2, 0, 1, 0, ...sized(255, [97])]),
      ]),
    ),
  ],
  [
    "HTTP lines",
    inTcp(80, [...text("GET / HTTP/1.1\r\n"), ...sized(longest, [...text(`A: ${"b".repeat(2_000)}\r\n`)])]),
  ],
  ["HTTP without an end", inTcp(80, [...text("GET /"), ...sized(longest, [97])])],
  ["SSH without an end", inTcp(22, [...text("SSH-2.0-"), ...sized(longest, [97])])],
  ["DHCP padding", inUdp(68, 67, [1, 1, 6, 0, ...zeros(232), 0x63, 0x82, 0x53, 0x63, ...zeros(longest)])],
  [
    "DHCP options",
    inUdp(68, 67, [1, 1, 6, 0, ...zeros(232), 0x63, 0x82, 0x53, 0x63, ...sized(longest, [6, 252, ...zeros(252)])]),
  ],
  [
    "DHCPv6 options within options",
    inUdp(546, 547, [
      1,
      0,
      0,
      1,
      ...sized(longest, [0, 5, 0, 28 * 4, ...zeros(24), ...sized(88, [0, 3, 0, 18, ...zeros(12), 0, 7, 0, 2, 0, 0])]),
    ]),
  ],
  ["SCTP chunks", ipv4(132, [...zeros(12), ...sized(longest, [0, 0, 0, 4])])],
  ["SCTP zeros", ipv4(132, zeros(longest))],
  ["ND options", ipv6(58, [135, ...zeros(23), ...sized(longest, [1, 1, 0, 0, 0, 0, 0, 0])])],
  ["MLD records", ipv6(58, [143, 0, 0, 0, 0, 0, 255, 255, ...zeros(longest)])],
  ["IGMP records", ipv4(2, [0x22, 0, 0, 0, 0, 0, 255, 255, ...zeros(longest)])],
  ["headers without an end", ipv6(0, zeros(longest))],
  ["options without an end", ipv6(60, [17, 255, ...zeros(longest)])],
  ["IP in IP", repeated(3_000, [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4, ...zeros(10)])],
  ["errors about errors", repeated(1_000, [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 1, ...zeros(10), 3, 3, ...zeros(6)])],
  ["GRE in GRE", repeated(2_000, [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 47, ...zeros(10), 0, 0, 8, 0])],
]

test.each(worst)("work: %s of 65,000 bytes are read a bounded number of times", (name, packet) => {
  expectBounded(name, Uint8Array.from(packet), "ip")
  expectBounded(name, Uint8Array.from(ethernet((packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd, packet)), "ethernet")
})

test("work: VLAN tags without an end are read a bounded number of times", () => {
  expectBounded("VLAN", bytesOf(hexOf(ethernet(0x8100, sized(longest, [0x81, 0])))), "ethernet")
  expectBounded("bridged", bytesOf(hexOf(repeated(2_000, ethernet(0x6558, [])))), "ethernet")
})
