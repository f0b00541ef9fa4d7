import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { dissect, type Field, type Layer } from "./dissect.ts"
import { printable } from "./printable.ts"
import { bytesOf } from "./samples/sample.ts"
import { samples } from "./samples/samples.ts"
import { type LinkType, summarize } from "./summarize.ts"

const mostFields = 2_000

function sampleBytes(name: string): Uint8Array {
  return bytesOf(samples.find((sample) => sample.name === name)?.hex ?? "")
}

function told(name: string, length?: number): string {
  const sample = samples.find((candidate) => candidate.name === name)
  const bytes = bytesOf(sample?.hex ?? "")
  return outline(dissect(bytes.subarray(0, length), bytes.length, sample?.link ?? "ip"))
}

/** "name: text @start+length", children further in. */
function outline(fields: readonly Field[], indent = ""): string {
  return fields
    .map(({ name, text, start, length, children = [] }) => {
      return `${indent}${name}: ${text} @${start}+${length}\n${outline(children, `${indent}  `)}`
    })
    .join("")
}

test("dissect: layers from the outermost one on, each field with its bytes", () => {
  expect(told("VLAN")).toBe(`\
Ethernet II: 02:00:00:00:00:01 → 02:00:00:00:00:02 @0+14
  Destination: 02:00:00:00:00:02 @0+6
  Source: 02:00:00:00:00:01 @6+6
  Type: 802.1Q VLAN (0x8100) @12+2
802.1Q Virtual LAN: ID 10 @14+4
  Priority: 0 @14+2
  Drop Eligible: no @14+2
  ID: 10 @14+2
  Type: IPv4 (0x0800) @16+2
Internet Protocol Version 4: 10.0.0.1 → 10.0.0.2 @18+20
  Version: 4 @18+1
  Header Length: 20 bytes @18+1
  Differentiated Services Codepoint: 0 @19+1
  Explicit Congestion Notification: not capable (0) @19+1
  Total Length: 36 bytes @20+2
  Identification: 0x0001 @22+2
  Flags: none (0x00) @24+1
  Fragment Offset: 0 bytes @24+2
  Time to Live: 64 @26+1
  Protocol: ICMP (1) @27+1
  Header Checksum: 0x66d6 @28+2
  Source Address: 10.0.0.1 @30+4
  Destination Address: 10.0.0.2 @34+4
Internet Control Message Protocol: Echo (ping) request id=0x1f2e seq=4 ttl=64 @38+16
  Type: Echo request (8) @38+1
  Code: code (0) @39+1
  Checksum: 0xf6eb @40+2
  Identifier: 0x1f2e @42+2
  Sequence Number: 4 @44+2
  Data: 8 bytes @46+8
`)
})

test("dissect: the packet that an error quotes stands within the error", () => {
  const layers = dissect(sampleBytes("port unreachable"), 56, "ip")
  expect(layers.map(({ name }) => name)).toEqual(["Internet Protocol Version 4", "Internet Control Message Protocol"])
  expect(layers[1]?.children?.slice(3).map(({ name, text }) => `${name}: ${text}`)).toEqual([
    "Internet Protocol Version 4: 10.0.0.2 → 10.0.0.9",
    "User Datagram Protocol: 4242 → 53 len=5",
    "Data: 5 bytes",
  ])
})

test("dissect: a cut packet says how much of it is here", () => {
  expect(told("UDP", 24)).toContain("  Cut short: 4 of 20 bytes are here @24+0\n")
  expect(told("ARP request", 30)).toContain("  Cut short: 16 of 28 bytes are here @28+2\n")
})

test("dissect: what stands behind the packet in a frame is its trailer", () => {
  expect(told("Ethernet padding")).toMatch(/Trailer: 6 bytes @54\+6\n$/)
})

test("dissect: nothing at all is one empty layer", () => {
  expect(dissect(new Uint8Array(0), 0, "ip")).toEqual([{ name: "IP", text: "empty packet", start: 0, length: 0 }])
})

test("dissect: escapes, HTML and right-to-left marks from the wire are plain text in tree and summary", () => {
  const evil = "\u001b]0;owned\u0007\u202e<b onclick=x>"
  const shown = "␛]0;owned␇\ufffd<b onclick=x>"
  const length = new TextEncoder().encode(evil).length
  const carriers = [
    ["SSH banner", `SSH-2.0-${evil}\r\n`],
    ["HTTP request", `GET /${evil.replaceAll(" ", "")} HTTP/1.1\r\nX: ${evil}\r\n\r\n`],
    ["HTTP request", `GET / HTTP/1.1\r\nX${evil}: 1\r\n\r\n`],
    ["DNS query", `${String.fromCharCode(length)}${evil}\0\0\u0001\0\u0001`],
  ] as const
  for (const [name, text] of carriers) {
    const bytes = Uint8Array.from([...sampleBytes(name).subarray(0, 40), ...new TextEncoder().encode(text)])
    bytes.set([0, 0], 2) // as long as it is
    if (name === "DNS query") bytes.set([0, 0], 24)
    const tree = outline(dissect(bytes, bytes.length, "ip"))
    const { protocol, info } = summarize(bytes, bytes.length, "ip")
    expect(`${protocol} of ${name}`).toBe(`${name.split(" ")[0]} of ${name}`)
    expect(tree).toContain(shown)
    for (const mark of ["\u001b", "\u0007", "\u202e"]) expect(tree + info).not.toContain(mark)
  }
})

const anyLink = fc.constantFrom<LinkType>("ip", "ethernet")
const anyBytes = fc.uint8Array({ maxLength: 400 })

describe("dissect: a packet cut at any length, and with any bit flipped, gives a sound tree", () => {
  test.each(samples)("$name", ({ hex, link }) => {
    const bytes = bytesOf(hex)
    for (let length = 0; length <= bytes.length; length++) {
      expectSound(bytes.subarray(0, length), bytes.length, link)
      expectSound(bytes.subarray(0, length), length, link)
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      flip(bytes, bit)
      expectSound(bytes, bytes.length, link)
      flip(bytes, bit)
    }
  })
})

test("dissect: random bytes give a sound tree", () => {
  fc.assert(fc.property(anyBytes, fc.integer({ min: -1, max: 70_000 }), anyLink, expectSound), { numRuns: 1_000 })
})

test("dissect: a known packet that ends in random bytes gives a sound tree", () => {
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(120), anyBytes, ({ hex, link }, from, tail) => {
      const bytes = Uint8Array.from([...bytesOf(hex).subarray(0, from), ...tail])
      expectSound(bytes, bytes.length, link)
    }),
    { numRuns: 2_000 },
  )
})

/** Ranges nested, texts printable, and nothing said that the summary says otherwise. */
function expectSound(bytes: Uint8Array, wireLength: number, link: LinkType): void {
  const layers = dissect(bytes, wireLength, link)
  const count = soundFields(layers, 0, bytes.length)
  if (layers.length === 0 || count > mostFields) expect.fail(`${count} fields`)
  const facts = summarize(bytes, wireLength, link)
  const ip = layers.findLast(({ name, text }) => name.startsWith("Internet Protocol Version") && text.includes("→"))
  const addresses = ip ?? layers.find(({ name, text }) => name.includes("Ethernet") && text.includes("→"))
  const said = addresses?.text.replace(" [length beyond the packet]", "")
  const wanted = facts.source === undefined ? undefined : `${facts.source} → ${facts.destination}`
  if (said !== wanted) expect.fail(`addresses: ${said}, summary: ${wanted}\n${outline(layers)}`)
  const transport = layers.findLast(({ children }) => children?.[0]?.name === "Source Port")
  const ports = transport?.children?.slice(0, 2).map(({ text }) => text)
  if (facts.sourcePort !== undefined && ports?.join() !== `${facts.sourcePort},${facts.destinationPort}`)
    expect.fail(`ports: ${ports}, summary: ${facts.sourcePort}, ${facts.destinationPort}\n${outline(layers)}`)
  expectSameInfo(layers, facts.info)
}

const suffix = /( \[(VLAN [0-9, ]+|first fragment|length beyond the packet)\])+$/
const silent = /^(Internet Protocol|Ethernet|802|Data$|Trailer$|IEEE|Logical-Link|Generic)/

/** Where a layer has the words of a summary, they are the packet's. */
function expectSameInfo(layers: readonly Layer[], info: string): void {
  const last = layers.findLast(({ name, text }) => !silent.test(name) && /[a-z=]/.test(text))
  if (last === undefined || /^[0-9]+ bytes$|^offset/.test(last.text)) return
  const words = info.replace(suffix, "")
  if (!words.endsWith(last.text) && !words.endsWith("…")) expect.fail(`${last.name}: ${last.text}, summary: ${info}`)
}

/** How many there are. */
function soundFields(fields: readonly Field[], from: number, to: number): number {
  let count = 0
  for (const { name, text, start, length, children = [] } of fields) {
    const isSound = start >= from && length >= 0 && start + length <= to && name.length > 0
    if (!isSound || name !== printable(name) || text !== printable(text))
      expect.fail(`${name}: ${text} @${start}+${length} within ${from} to ${to}`)
    count += 1 + soundFields(children, start, start + length)
  }
  return count
}

function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}
