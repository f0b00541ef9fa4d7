import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { printable } from "./printable.ts"
import { applicationSamples } from "./samples/application.ts"
import { controlSamples } from "./samples/control.ts"
import { linkSamples } from "./samples/link.ts"
import { networkSamples } from "./samples/network.ts"
import { bytesOf } from "./samples/sample.ts"
import { samples } from "./samples/samples.ts"
import { transportSamples } from "./samples/transport.ts"
import { type LinkType, type PacketFacts, summarize } from "./summarize.ts"

describe("summarize: a known packet is told as it is", () => {
  test.each(samples)("$name", ({ hex, link, facts }) => {
    const bytes = bytesOf(hex)
    expect(summarize(bytes, bytes.length, link)).toEqual(facts)
  })
})

describe("summarize: a packet cut at any length still gives facts", () => {
  test.each(samples)("$name", ({ hex, link }) => {
    const bytes = bytesOf(hex)
    for (let length = 0; length <= bytes.length; length++) {
      expectFacts(summarize(bytes.subarray(0, length), bytes.length, link))
      expectFacts(summarize(bytes.subarray(0, length), length, link))
    }
  })
})

describe("summarize: a packet with any one bit flipped still gives facts", () => {
  test.each(samples)("$name", ({ hex, link }) => {
    const bytes = bytesOf(hex)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      flip(bytes, bit)
      expectFacts(summarize(bytes, bytes.length, link))
      flip(bytes, bit)
    }
  })
})

const anyLink = fc.constantFrom<LinkType>("ip", "ethernet")
const anyBytes = fc.uint8Array({ maxLength: 400 })

test("summarize: random bytes give facts", () => {
  fc.assert(
    fc.property(anyBytes, fc.integer({ min: -1, max: 70_000 }), anyLink, (bytes, wireLength, link) => {
      expectFacts(summarize(bytes, wireLength, link))
    }),
    { numRuns: 2_000 },
  )
})

test("summarize: a known packet that ends in random bytes gives facts", () => {
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(120), anyBytes, ({ hex, link }, from, tail) => {
      const head = bytesOf(hex).subarray(0, from)
      const bytes = new Uint8Array(head.length + tail.length)
      bytes.set(head)
      bytes.set(tail, head.length)
      expectFacts(summarize(bytes, bytes.length, link))
    }),
    { numRuns: 4_000 },
  )
})

test("summarize: a cut packet says so", () => {
  const lines = [
    [controlSamples, "ping request", 22, "[cut short]"],
    [controlSamples, "ping request", 10, "[cut short]"],
    [controlSamples, "neighbour solicitation", 50, "[cut short]"],
    [networkSamples, "IPv6 extension chain", 44, "extension headers [cut short]"],
    [transportSamples, "SYN", 24, "51234 → 443 [cut short]"],
    [transportSamples, "UDP", 24, "4242 → 9999 [cut short]"],
    [applicationSamples, "DNS query", 45, "Standard query 0x1a2b [cut short]"],
    [applicationSamples, "DHCP discover", 200, "BOOTP request xid=0x00003d1d client=02:00:00:00:00:01 [cut short]"],
    [linkSamples, "ARP request", 20, "[cut short]"],
    [linkSamples, "VLAN", 15, "VLAN tag [cut short]"],
  ] as const
  for (const [group, name, length, info] of lines) {
    const sample = group.find((candidate) => candidate.name === name)
    const bytes = bytesOf(sample?.hex ?? "")
    expect(summarize(bytes.subarray(0, length), bytes.length, sample?.link ?? "ip").info, name).toBe(info)
  }
})

test("summarize: a payload cut by the snap length keeps the wire's length", () => {
  const bytes = bytesOf(transportSamples.find(({ name }) => name === "TCP data")?.hex ?? "")
  expect(summarize(bytes.subarray(0, 60), bytes.length, "ip").info).toMatch(/len=100$/)
})

test("summarize: nothing at all is an empty packet", () => {
  expect(summarize(new Uint8Array(0), 0, "ip")).toEqual({ protocol: "IP", info: "empty packet" })
  expect(summarize(new Uint8Array(0), 0, "ethernet")).toEqual({ protocol: "Ethernet", info: "empty frame" })
})

function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}

function expectFacts(facts: PacketFacts): void {
  const { protocol, info, sourcePort = 0, destinationPort = 0 } = facts
  const sound =
    protocol.length > 0 &&
    info.length > 0 &&
    info.length <= 200 &&
    info === printable(info) &&
    isPort(sourcePort) &&
    isPort(destinationPort)
  if (!sound) expect.fail(`not the facts of a packet: ${JSON.stringify(facts)}`)
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535
}
