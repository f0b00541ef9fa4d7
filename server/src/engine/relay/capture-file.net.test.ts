import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { CaptureFile, CaptureRingReader, type CaptureState, createCaptureRing, dropNumber } from "@tundeck/shared"
import fc from "fast-check"
import { expect, it } from "vitest"
import { run } from "../../../../testing/process.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { echoRequest } from "../testing/echo-request.ts"
import { CaptureRingWriter } from "./capture-ring-writer.ts"

// From the writer's ring to a file that Wireshark, which knows nothing of us, reads.

const offset = 1_800_000_000_000_000_000n

function stateOf(reader: CaptureRingReader, change: Partial<CaptureState> = {}): CaptureState {
  const { written, overwritten } = reader
  return {
    ...{ interface: "tun0", tunnel: "lab", link: "ip", snapLength: 256, peers: ["office"], drops: [], isLast: true },
    ...{ clockOffset: String(offset), from: String(offset), now: String(offset + 10_000_000_000n) },
    ...{ written, overwritten, ...change },
  }
}

function fileOf(ring: SharedArrayBuffer, change: Partial<CaptureState> = {}): Uint8Array {
  const reader = new CaptureRingReader(ring)
  const file = new CaptureFile(stateOf(reader, change), (errno) => `E${errno}`)
  const parts = [file.begin("Tundeck test")]
  for (let chunk = reader.read(65_536); chunk !== undefined; chunk = reader.read(65_536)) {
    parts.push(file.packets(chunk))
  }
  file.update(stateOf(reader, change))
  parts.push(file.statistics())
  return Buffer.concat(parts)
}

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, "lab.pcapng")
  await writeFile(path, bytes)
  return await use(path)
}

const capinfos = async (path: string) => (await run("capinfos", ["-M", path])).stdout
const tshark = async (path: string, ...fields: string[]) => {
  const options = fields.flatMap((field) => ["-e", field])
  const { stdout } = await run("tshark", ["-r", path, "-T", "fields", "-E", "separator=|", ...options])
  return stdout.split("\n").slice(0, -1)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

it("tshark reads times, direction, lengths, verdict, tunnel, peer and packets", async () => {
  const ring = createCaptureRing(1)
  const writer = new CaptureRingWriter(ring, 60)
  const ping = viewOf(echoRequest({ from: "10.0.0.1", to: "10.0.0.2", length: 84 }))
  writer.time = 1000.000001
  writer.injected = 0
  writer.write(0, 0, 0, 0, ping, 0, 84, 1)
  writer.time = 1000.5
  writer.write(1, dropNumber("device-refused"), 22, 0, ping, 0, 84, 3)
  writer.publish()
  const drops = [{ direction: "inbound", reason: "device-refused", packets: 3 } as const]
  await withFile(fileOf(ring, { drops }), async (path) => {
    const fields = ["frame.time_epoch", "frame.packet_flags_direction", "frame.len", "frame.cap_len", "ip.dst"]
    expect(await tshark(path, ...fields, "frame.comment", "frame.packet_id")).toEqual([
      "1800000001.000000001|0x00000002|84|60|10.0.0.2|sent | tunnel lab | peer office | injected|1",
      "1800000001.000500000|0x00000001|84|60|10.0.0.2|dropped: device-refused, The kernel refused the packet | tunnel lab | peer office | E22 | train of 3 packets|2",
    ])
    const words = await capinfos(path)
    expect(words).toMatch(/File type: +pcapng/)
    expect(words).toMatch(/Number of packets: +2/)
    expect(words).toMatch(/Strict time order: +True/)
    expect(words).toMatch(/Name = tun0/)
    expect(words).toMatch(/Capture length = 256/)
    expect(words).toMatch(/Time ticks per second = 1000000000/)
  })
})

it.each([
  ["ip", 256],
  ["ethernet", 0],
] as const)("whatever bytes passed over %s, the whole file is read, and in order", async (link, snapLength) => {
  const ring = createCaptureRing(1)
  const writer = new CaptureRingWriter(ring, snapLength)
  const packet = fc.record({ bytes: fc.uint8Array({ maxLength: 1500 }), verdict: fc.nat(40), gap: fc.nat(3) })
  const packets = fc.sample(packet, { numRuns: 2000, seed: 7 })
  for (const { bytes, verdict, gap } of packets) {
    writer.time += gap
    writer.write(bytes.length % 2 === 0 ? 0 : 1, verdict, verdict, 3, viewOf(bytes), 0, bytes.length, 1)
  }
  writer.publish()
  const reader = new CaptureRingReader(ring)
  const kept = reader.written - reader.overwritten
  await withFile(fileOf(ring, { link, snapLength }), async (path) => {
    expect(await tshark(path, "frame.number")).toHaveLength(kept)
    const words = await capinfos(path)
    expect(words).toMatch(new RegExp(`Number of packets: +${kept}\n`))
    expect(words).toMatch(/Strict time order: +True/)
  })
})

it("nothing captured is a file, too; the statistics count what was received, overwritten and delivered", async () => {
  const ring = createCaptureRing(1)
  expect(await withFile(fileOf(ring), capinfos)).toMatch(/Number of packets: +0/)
  const writer = new CaptureRingWriter(ring, 256)
  writer.write(0, 0, 0, 0, viewOf(echoRequest({ from: "10.0.0.1", to: "10.0.0.2" })), 0, 84, 1)
  writer.publish()
  await withFile(fileOf(ring, { written: 10_000, overwritten: 9999 }), async (path) => {
    const { stdout } = await run("tshark", ["-r", path, "-X", "read_format:MIME Files Format", "-V"])
    const statistics = stdout.slice(stdout.indexOf("Block: Interface Statistics Block"))
    for (const line of [
      "[Timestamp: Jan 15, 2027 08:00:10.000000000 UTC]",
      "Number of Received Packets = 10000",
      "Number of Dropped Packets = 9999",
      "Number of Packets Delivered to the User = 1",
      "Comment = tunnel lab dropped nothing since it was started",
    ]) {
      expect(statistics).toContain(line)
    }
  })
})
