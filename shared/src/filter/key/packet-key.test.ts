import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { applicationSamples } from "../../packets/samples/application.ts"
import { controlSamples } from "../../packets/samples/control.ts"
import { linkSamples } from "../../packets/samples/link.ts"
import { networkSamples } from "../../packets/samples/network.ts"
import { bytesOf } from "../../packets/samples/sample.ts"
import { transportSamples } from "../../packets/samples/transport.ts"
import { type LinkType, summarize } from "../../packets/summarize.ts"
import { macAsText, networkText } from "../language/network.ts"
import { packetKey } from "./key-shape.ts"
import { packetKeyOf } from "./packet-key.ts"

const samples = [...linkSamples, ...networkSamples, ...controlSamples, ...transportSamples, ...applicationSamples]

/** What a key says of the same things as a row. */
function said(bytes: Uint8Array, wireLength: number, link: LinkType) {
  const { ip, frame, sourcePort, destinationPort } = packetKeyOf(bytes, wireLength, link)
  const inner = ip?.at(-1)
  const text = (words: number[] | undefined, mac: number | undefined) =>
    words !== undefined
      ? networkText({ words, prefix: words.length * 32 })
      : mac === undefined
        ? undefined
        : macAsText(mac)
  return {
    source: text(inner?.source, frame?.source),
    destination: text(inner?.destination, frame?.destination),
    sourcePort,
    destinationPort,
  }
}

describe("a key and a summary say the same of a packet, cut at any length", () => {
  test.each(samples)("$name", ({ hex, link }) => {
    const whole = bytesOf(hex)
    for (let length = 0; length <= whole.length; length++) {
      const bytes = whole.subarray(0, length)
      const { source, destination, sourcePort, destinationPort } = summarize(bytes, whole.length, link)
      expect(said(bytes, whole.length, link), `${length}`).toEqual({ source, destination, sourcePort, destinationPort })
    }
  })
})

test("a key is small JSON, and passes its own schema", () => {
  for (const { hex, link } of samples) {
    const bytes = bytesOf(hex)
    const key = packetKeyOf(bytes, bytes.length, link)
    expect(packetKey.parse(JSON.parse(JSON.stringify(key)))).toEqual(key)
    expect(JSON.stringify(key).length).toBeLessThan(500)
  }
})

test("random bytes have a key", () => {
  const anyBytes = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(
      anyBytes,
      fc.integer({ min: -1, max: 70_000 }),
      fc.constantFrom<LinkType>("ip", "ethernet"),
      (bytes, length, link) => {
        packetKey.parse(packetKeyOf(bytes, length, link))
      },
    ),
    { numRuns: 1000 },
  )
})

test("a known packet with any one bit flipped has a key", () => {
  for (const { hex, link } of samples) {
    const bytes = bytesOf(hex)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      packetKeyOf(bytes, bytes.length, link)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    }
  }
})

const keyOf = (wanted: string) => {
  const { hex, link } = samples.find(({ name }) => name === wanted) ?? { hex: "", link: "ip" as const }
  const bytes = bytesOf(hex)
  return packetKeyOf(bytes, bytes.length, link)
}

test("a key says what an ARP message says of whom", () => {
  expect(keyOf("ARP request").arp).toEqual({
    source: [0x0a000001],
    target: [0x0a000002],
    operation: 1,
    sender: 0x020000000001,
  })
  expect(keyOf("ARP reply").arp).toMatchObject({ operation: 2, sender: 0x020000000001 })
})

test("a key says whom neighbour discovery asks for, and whose MAC address it tells", () => {
  const mac = 0x020000000001
  const linkLocal = (last: number) => [0xfe800000, 0, 0, last]
  expect(keyOf("neighbour solicitation").neighbour).toEqual({ target: linkLocal(2), mac, overrides: false })
  expect(keyOf("neighbour advertisement").neighbour).toEqual({ target: linkLocal(1), mac, overrides: true })
  expect(keyOf("router solicitation").neighbour).toBeUndefined()
})

test("a key says what fits by an error, of no other message", () => {
  expect(keyOf("fragmentation needed").mtu).toBe(1280)
  expect(keyOf("packet too big").mtu).toBe(1280)
  expect(keyOf("port unreachable").mtu).toBeUndefined()
  expect(keyOf("no route").mtu).toBeUndefined()
})
