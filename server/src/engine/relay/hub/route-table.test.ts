import { addressBytes, mostPeers, parsePrefix, prefixContains } from "@tundeck/shared"
import fc from "fast-check"
import { expect, it } from "vitest"
import { RouteTable } from "./route-table.ts"

interface Peer {
  allowed: string[] | null
  enabled: boolean
}
const peer = (...allowed: string[]): Peer => ({ allowed, enabled: true })

function lookup(table: RouteTable, address: string): number {
  const bytes = addressBytes(address)
  const view = new DataView(new ArrayBuffer(bytes.length + 3))
  new Uint8Array(view.buffer).set(bytes, 3)
  return bytes.length === 4 ? table.lookup4(view, 3) : table.lookup6(view, 3)
}

/** What the words say: the longest network that contains it, of equals the last. */
function naive(peers: readonly Peer[], address: string): number {
  let best = -1
  let longest = -1
  peers.forEach(({ allowed, enabled }, i) => {
    for (const text of enabled ? (allowed ?? ["0.0.0.0/0", "::/0"]) : []) {
      const prefix = parsePrefix(text)
      if (prefix === undefined || prefix.length < longest || !prefixContains(prefix, address)) continue
      best = i
      longest = prefix.length
    }
  })
  return best
}

// Few distinct bits, so that networks nest, touch and repeat.
const near4 = fc.array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: 4, maxLength: 4 }).map((b) => b.join("."))
const near6 = fc.array(fc.constantFrom("0", "1", "8000", "7fff", "ffff"), { minLength: 8, maxLength: 8 })
const address4 = fc.oneof(near4, fc.ipV4())
const address6 = near6.map((groups) => groups.join(":"))
const network4 = fc.tuple(address4, fc.integer({ min: 0, max: 32 })).map(([a, n]) => `${a}/${n}`)
const network6 = fc.tuple(address6, fc.integer({ min: 0, max: 128 })).map(([a, n]) => `${a}/${n}`)
const networks = fc.array(fc.oneof(network4, network6), { maxLength: 12, size: "max" })
const anyPeer = fc.record({ allowed: fc.option(networks, { freq: 20 }), enabled: fc.boolean() })

it("answers what a plain reading of the networks does", () => {
  fc.assert(
    fc.property(fc.array(anyPeer, { maxLength: 8 }), fc.array(fc.oneof(address4, address6)), (peers, addresses) => {
      const table = new RouteTable(peers)
      for (const address of addresses) expect(lookup(table, address), address).toBe(naive(peers, address))
    }),
    { numRuns: 100 },
  )
})

it("answers right at both edges of every network", () => {
  const peers = [
    peer("10.0.0.0/8", "fd00::/8"),
    peer("10.1.0.0/16", "fd00:1::/32"),
    peer("255.255.255.0/24", "ff00::/8"),
  ]
  const table = new RouteTable(peers)
  const edges = ["9.255.255.255", "10.0.0.0", "10.0.255.255", "10.1.0.0", "10.1.255.255", "10.2.0.0", "10.255.255.255"]
  expect(edges.map((address) => lookup(table, address))).toEqual([-1, 0, 0, 1, 1, 0, 0])
  expect(["255.255.254.255", "255.255.255.0", "255.255.255.255"].map((a) => lookup(table, a))).toEqual([-1, 2, 2])
  expect(
    ["fcff::ffff", "fd00:0:ffff::", "fd00:1::", "fd00:2::", "ffff::", "0.0.0.0", "::"].map((a) => lookup(table, a)),
  ) //
    .toEqual([-1, 0, 1, 0, 2, -1, -1])
})

it.each([
  ["second", (word: string) => `fd00:0:${word}:0::`],
  ["third", (word: string) => `fd00:0:0:0:${word}:0::`],
  ["last", (word: string) => `fd00::${word}:0`],
  ["lower half of the second", (word: string) => `fd00:0:0:${word}::`],
  ["lower half of the third", (word: string) => `fd00:0:0:0:0:${word}::`],
  ["lower half of the last", (word: string) => `fd00::${word}`],
])("an address of IPv6 is found by its %s word alone, below and above half", (_name, of) => {
  const words = ["1", "ff", "100", "7fff", "8000", "8001", "ffff"]
  const table = new RouteTable(words.map((word) => peer(`${of(word)}/128`)))
  expect(words.map((word) => lookup(table, of(word)))).toEqual(words.map((_, i) => i))
  expect(["0", "2", "fe", "101", "7ffe", "8002", "fffe"].map((word) => lookup(table, of(word)))) //
    .toEqual(new Array(7).fill(-1))
})

it("a network of one address at either end of another is its own", () => {
  const table = new RouteTable([peer("10.0.0.0/24"), peer("10.0.0.255/32"), peer("10.0.0.0/32")])
  expect(["9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.254", "10.0.0.255", "10.0.1.0"].map((a) => lookup(table, a))) //
    .toEqual([-1, 2, 0, 0, 1, -1])
})

it("of the same network at two peers the last has it", () => {
  expect(lookup(new RouteTable([peer("10.0.0.0/24"), peer("10.0.0.0/24")]), "10.0.0.9")).toBe(1)
})

it("a disabled peer has no routes", () => {
  const disabled = { allowed: ["10.0.0.0/24"], enabled: false }
  expect(lookup(new RouteTable([peer("10.0.0.0/8"), disabled]), "10.0.0.9")).toBe(0)
})

it("what is no network has no addresses", () => {
  const table = new RouteTable([peer("10.0.0.10", "ten/8", "/8", "fd00::/8")])
  expect(["10.0.0.1", "10.0.0.10", "fd00::1"].map((address) => lookup(table, address))).toEqual([-1, -1, 0])
})

it("no peers, no route", () => {
  expect(lookup(new RouteTable([]), "10.0.0.9")).toBe(-1)
  expect(lookup(new RouteTable([]), "fd00::1")).toBe(-1)
})

it("takes the largest hub: 1,000 peers with 256 networks each", () => {
  const networksOf = (i: number) => Array.from({ length: 256 }, (_, n) => `${10 + (i >> 8)}.${i & 0xff}.${n}.0/24`)
  const table = new RouteTable(Array.from({ length: mostPeers }, (_, i) => peer(...networksOf(i))))
  expect([lookup(table, "10.0.0.1"), lookup(table, "13.231.255.255"), lookup(table, "13.232.0.0")]).toEqual([
    0, 999, -1,
  ])
})
