import { expect, it } from "vitest"
import { filterOf } from "../filter/filter.ts"
import { dropNumber } from "../model/verdict.ts"
import { CaptureFile } from "./file.ts"
import type { CaptureRecord } from "./record.ts"
import type { CaptureState } from "./state.ts"
import { recordBytes } from "./testing/record.ts"

const state: CaptureState = {
  ...{ interface: "tun0", tunnel: "lab", link: "ip", snapLength: 256, clockOffset: "0", from: "0", now: "9" },
  ...{ peers: ["office", "ann"], written: 9, overwritten: 0, drops: [], isLast: true },
}

const ipv4 = (protocol: number) =>
  Uint8Array.of(0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 8, 0, 0, 0, 0, 0, 0, 0)
const [icmp, udp] = [ipv4(1), ipv4(17)]

const records: Partial<CaptureRecord>[] = [
  { number: 1, bytes: icmp },
  { number: 2, bytes: udp, direction: "inbound", peer: 1 },
  { number: 5, bytes: udp, verdict: dropNumber("device-refused"), errno: 22, direction: "inbound" },
  { number: 8, bytes: icmp, peer: 1 },
]

interface Packet {
  number: number
  lost: number
}

/** The packets of the file, each with how many were lost before it. */
function packetsOf(text: string): Packet[] {
  const file = new CaptureFile(state, (errno) => `E${errno}`, filterOf(text, { tunnel: ["lab"] }))
  file.begin("test")
  const bytes = file.packets(Uint8Array.from(records.flatMap((record) => [...recordBytes(record)])))
  const view = new DataView(bytes.buffer)
  const packets: Packet[] = []
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) packets.push(packetAt(view, at))
  expect(file.count).toBe(packets.length)
  return packets
}

function packetAt(view: DataView, block: number): Packet {
  const packet = { number: 0, lost: 0 }
  const end = block + view.getUint32(block + 4, true) - 4
  for (let at = block + 28 + view.getUint32(block + 20, true); at < end; ) {
    const [code, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (code === 5) packet.number = Number(view.getBigUint64(at + 4, true))
    if (code === 4) packet.lost = Number(view.getBigUint64(at + 4, true))
    at += 4 + ((length + 3) & ~3)
  }
  return packet
}

it.each([
  ["ip", [1, 2, 5, 8]],
  ["icmp", [1, 8]],
  ["dropped", [5]],
  ["reason == device-refused and errno == E22", [5]],
  ["delivered", [2]],
  ["sent", [1, 8]],
  ["dir == in", [2, 5]],
  ["peer == ann", [2, 8]],
  ["protocol == icmp and len > 20", [1, 8]],
  ["tunnel == lab and udp", [2, 5]],
  ["tcp", []],
])("%s: in the file is what the filter finds, and nothing else", (text, numbers) => {
  expect(packetsOf(text).map(({ number }) => number)).toEqual(numbers)
})

it("what was overwritten is told with the packet behind it; what the filter hides is not lost", () => {
  expect(packetsOf("ip").map(({ lost }) => lost)).toEqual([0, 0, 2, 2])
  expect(packetsOf("icmp").map(({ lost }) => lost)).toEqual([0, 4])
  expect(packetsOf("inbound").map(({ lost }) => lost)).toEqual([0, 2])
})

it("the file says by which filter it was made", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const filter = filterOf("not ( arp )", {})
  expect(text(new CaptureFile(state, String, filter).begin("test"))).toContain(`finds: ${filter.canonical}`)
  expect(text(new CaptureFile(state).begin("test"))).not.toContain("filter")
})
