import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { run } from "../../../testing/process.ts"
import { temporaryDirectory } from "../../../testing/temporary.ts"
import { readFilter } from "./filter.ts"
import { packetKeyOf } from "./key/packet-key.ts"
import type { FilteredRow } from "./match/row.ts"
import { pcapExpression } from "./testing/expressions.ts"
import { extended6, frame, ipPacket } from "./testing/packets.ts"
import { pcapFile, readPcapTimes } from "./testing/pcap.ts"

// tcpdump answers the same questions about the same packets. Where ours differs by choice (docs/filters.md says so), the
// question to tcpdump is asked in the words that mean ours.

type Link = "ip" | "ethernet"
const seed = 20_261_128
const packetCount = 3000

interface Corpus {
  name: string
  link: Link
  packets: fc.Arbitrary<number[]>
  /** Ours, in tcpdump's words. */
  toTcpdump: (filter: string) => string
}

const corpora: readonly Corpus[] = [
  { name: "packets of a tun", link: "ip", packets: ipPacket, toTcpdump: (filter) => filter },
  { name: "frames", link: "ethernet", packets: frame(fc.constant([])), toTcpdump: (filter) => filter },
  {
    name: "frames with a VLAN tag, which we look behind",
    link: "ethernet",
    packets: frame(fc.constantFrom([5], [7])),
    toTcpdump: (filter) => `vlan and (${filter})`,
  },
]

async function withFile(
  corpus: Corpus,
  ask: (rows: FilteredRow[], tcpdump: (filter: string) => Promise<number[]>) => Promise<void>,
): Promise<void> {
  await using directory = await temporaryDirectory()
  const packets = fc.sample(corpus.packets, { numRuns: packetCount, seed }).map((bytes) => Uint8Array.from(bytes))
  const file = join(directory.path, "packets.pcap")
  await writeFile(file, pcapFile(packets, corpus.link))
  let asked = 0
  await ask(
    packets.map((bytes) => rowOf(bytes, corpus.link)),
    (filter) => tcpdumpFinds(file, join(directory.path, `${asked++}.pcap`), filter),
  )
}

function rowOf(bytes: Uint8Array, link: Link): FilteredRow {
  const key = packetKeyOf(bytes, bytes.length, link)
  return { length: bytes.length, direction: "inbound", protocol: "", info: "", verdict: "delivered", key }
}

/** Which packets of the file tcpdump lets through, by their position. */
async function tcpdumpFinds(file: string, found: string, filter: string): Promise<number[]> {
  const { code, stderr } = await run("tcpdump", ["-Z", "root", "-n", "-r", file, "-w", found, filter], {
    mayFail: true,
  })
  if (code !== 0) {
    if (/rejects all packets/.test(stderr)) return []
    throw new Error(`tcpdump ${filter}: ${stderr}`)
  }
  return readPcapTimes(await readFile(found))
}

function weFind(rows: readonly FilteredRow[], text: string): number[] {
  const { filter, fault } = readFilter(text)
  if (filter === undefined) throw new Error(`${text}: ${fault.message}`)
  return rows.flatMap((row, index) => (filter.matches(row) ? [index] : []))
}

function differences(ours: readonly number[], theirs: readonly number[]): number[] {
  const [a, b] = [new Set(ours), new Set(theirs)]
  return [...a.symmetricDifference(b)]
}

describe.each(corpora)("$name", (corpus) => {
  it("generated filters find what tcpdump finds", { timeout: 240_000 }, async () => {
    const filters = fc.sample(pcapExpression(corpus.link), { numRuns: 500, seed })
    const wrong: string[] = []
    let some = 0
    await withFile(corpus, async (rows, tcpdump) => {
      for (const filter of filters) {
        const ours = weFind(rows, filter)
        const theirs = await tcpdump(corpus.toTcpdump(filter))
        const differing = differences(ours, theirs)
        if (differing.length > 0) wrong.push(`${filter}: packets ${differing.slice(0, 5)}`)
        if (ours.length > 0 && ours.length < rows.length) some++
      }
    })
    expect(wrong).toEqual([])
    expect(some).toBeGreaterThan(300)
  })
})

it("VLAN ids are found in any tag", async () => {
  const corpus = { ...corpora[2], packets: frame(fc.constantFrom([], [5], [7], [5, 7], [7, 5])) } as Corpus
  await withFile(corpus, async (rows, tcpdump) => {
    expect(weFind(rows, "vlan")).toEqual(await tcpdump("vlan"))
    const inOuter = await tcpdump("vlan 5")
    const inInner = await tcpdump("vlan and vlan 5")
    expect(weFind(rows, "vlan 5")).toEqual([...new Set([...inOuter, ...inInner])].sort((a, b) => a - b))
    expect(weFind(rows, "vlan 5 and tcp port 80").length).toBeGreaterThan(5)
  })
})

it("extension headers are stepped over, as tcpdump's protochain does", async () => {
  const corpus: Corpus = { name: "", link: "ip", packets: extended6, toTcpdump: (filter) => filter }
  await withFile(corpus, async (rows, tcpdump) => {
    for (const [ours, theirs] of [
      ["tcp", "ip6 protochain 6"],
      ["udp", "ip6 protochain 17"],
      ["icmp6", "ip6 protochain 58"],
      ["ip6 protochain 60", "ip6 protochain 60"],
      ["tcp and net fd00::/64", "ip6 protochain 6 and net fd00::/64"],
    ] as const) {
      const found = await tcpdump(theirs)
      expect(weFind(rows, ours), ours).toEqual(found)
      expect(found.length).toBeGreaterThan(50)
    }
  })
})
