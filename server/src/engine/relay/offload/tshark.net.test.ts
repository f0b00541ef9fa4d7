import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { expect, it } from "vitest"
import { run } from "../../../../../testing/process.ts"
import { temporaryDirectory } from "../../../../../testing/temporary.ts"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { cutTrain } from "./cut.ts"
import { pcapFile } from "./testing/pcap.ts"
import {
  addTrain,
  headerLength,
  payloadLength,
  plainShape,
  type TrainShape,
  trainBytes,
  trainShape,
} from "./testing/train-shape.ts"

// Wireshark, which knows nothing of us, looks at packets that we cut.

const memory = new RelayMemory(512 * 1024)
const wrong = 0
const right = 1

function cut(s: TrainShape): Uint8Array[] {
  const from = new Batch(1)
  const to = new Batch()
  addTrain(memory, from, 0, s)
  cutTrain(memory, from, 0, s.tags !== null, to, 70_000, 0, memory.bytes.length)
  return Array.from({ length: to.count }, (_, i) => memory.bytes.slice(to.at[i], (to.at[i] ?? 0) + (to.length[i] ?? 0)))
}

async function tshark(packets: Uint8Array[], link: "ethernet" | "ip", args: string[]): Promise<string[]> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "cut.pcap")
  await writeFile(file, pcapFile(packets, link))
  const checks = ["ip", "tcp", "udp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`])
  const { stdout } = await run("tshark", ["-r", file, ...checks, ...args], { timeoutMs: 50_000 })
  return stdout.split("\n").slice(0, -1)
}

const fields = ["-T", "fields", "-e", "ip.checksum.status", "-e", "tcp.checksum.status", "-e", "udp.checksum.status"]

it.each(["ethernet", "ip"] as const)("over %s it finds every checksum there, and right", async (link) => {
  const shapes = fc.sample(trainShape, { numRuns: 250, seed: 42 }).filter((s) => (s.tags === null) === (link === "ip"))
  const packets = shapes.flatMap(cut)
  const expected = shapes.flatMap((s) => {
    const line = [s.isIpv4 ? right : "", s.isTcp ? right : "", s.isTcp ? "" : right].join("\t")
    return Array<string>(s.packets).fill(line)
  })
  expect(packets.length).toBeGreaterThan(1000)
  expect(await tshark(packets, link, fields)).toEqual(expected)
})

it("it would have found a wrong one", async () => {
  const [packet = new Uint8Array()] = cut(plainShape)
  packet[60] = (packet[60] ?? 0) ^ 1
  expect(await tshark([packet], "ip", fields)).toEqual([`${right}\t${wrong}\t`])
})

it.each([true, false])("it reassembles the stream that the trains carried (IPv4: %s)", async (isIpv4) => {
  const trains = [9000, 64_000, 1, 1448, 20_001].map((bytes, i, all) => {
    const gsoSize = 1448
    const packets = Math.ceil(bytes / gsoSize)
    const sequence = (0xffff_0000 + all.slice(0, i).reduce((sum, n) => sum + n, 0)) >>> 0
    const last = bytes - (packets - 1) * gsoSize
    return { ...plainShape, isIpv4, gsoSize, packets, last, sequence, flags: 0x18, seed: i }
  })
  const stream = Buffer.concat(trains.map((s) => trainBytes(s).subarray(headerLength(s))))
  expect(stream.length).toBe(trains.reduce((sum, s) => sum + payloadLength(s), 0))
  const lines = await tshark(trains.flatMap(cut), "ip", ["-q", "-z", "follow,tcp,raw,0"])
  const hex = lines.filter((line) => /^[0-9a-f]+$/.test(line)).join("")
  expect(Buffer.from(hex, "hex").equals(stream)).toBe(true)
})
