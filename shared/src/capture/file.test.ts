import { expect, it } from "vitest"
import { filterOf } from "../filter/filter.ts"
import { type Direction, dropNumber } from "../model/verdict.ts"
import { TcpFlows } from "../packets/flows/tcp-flows.ts"
import { ipv4 as ipv4Packet, tcp, zeros } from "../packets/samples/build.ts"
import { randomConnections } from "../packets/testing/random-connections.ts"
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
  { number: 8, bytes: icmp, peer: 1, injected: true },
]

interface Packet {
  number: number
  lost: number
}

/** The packets of the file, each with how many were lost before it. */
function packetsOf(text: string, of = records): Packet[] {
  const file = new CaptureFile(state, (errno) => `E${errno}`, filterOf(text, { tunnel: ["lab"] }))
  file.begin("test")
  const bytes = file.packets(Uint8Array.from(of.flatMap((record) => [...recordBytes(record)])))
  const view = new DataView(bytes.buffer)
  const packets: Packet[] = []
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) packets.push(packetAt(view, at))
  expect(file.count).toBe(packets.length)
  return packets
}

function packetAt(view: DataView, block: number): Packet {
  const packet = { number: 0, lost: 0 }
  const end = block + view.getUint32(block + 4, true) - 4
  const captured = view.getUint32(block + 20, true)
  for (let at = block + 28 + ((captured + 3) & ~3); at < end; ) {
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
  ["injected", [8]],
  ['info contains "[injected]"', [8]],
  ["tcp", []],
])("%s: in the file is what the filter finds, and nothing else", (text, numbers) => {
  expect(packetsOf(text).map(({ number }) => number)).toEqual(numbers)
})

it("what was overwritten is told with the packet behind it; what the filter hides is not lost", () => {
  expect(packetsOf("ip").map(({ lost }) => lost)).toEqual([0, 0, 2, 2])
  expect(packetsOf("icmp").map(({ lost }) => lost)).toEqual([0, 4])
  expect(packetsOf("inbound").map(({ lost }) => lost)).toEqual([0, 2])
})

it("what stands out in a connection is found as it is in the live table", () => {
  const packets = randomConnections(60, 20_261_128).map(({ bytes, microseconds }, index) => {
    const direction: Direction = bytes[15] === 1 ? "outbound" : "inbound" // of 10.0.0.1
    return { number: index + 1, time: microseconds / 1000, bytes, direction }
  })
  const flows = new TcpFlows()
  const rows = packets.map(({ number, bytes, time, direction }) => {
    return { number, ...flows.summarize(bytes, bytes.length, "ip", time, direction) }
  })
  for (const mark of ["Retransmission", "Previous segment not captured", "Dup ACK #1"] as const) {
    const marked = rows.filter(({ tcp }) => tcp?.marks.includes(mark)).map(({ number }) => number)
    const found = packetsOf(`info contains "[TCP ${mark}]"`, packets).map(({ number }) => number)
    expect(found, mark).toEqual(marked)
    expect(found.length, mark).toBeGreaterThan(0)
  }
  const marked = rows.filter(({ tcp }) => tcp !== undefined && tcp.marks.length > 0)
  expect(packetsOf("tcp.analysis.flags", packets).length).toBe(marked.length)
})

it("after packets that were overwritten nothing is marked for what they may have been", () => {
  const flags = 0x10
  const at = (sequence: number) =>
    Uint8Array.from(ipv4Packet(6, tcp(40_000, 443, zeros(10), { flags, sequence }), { source: [10, 0, 0, 1] }))
  const sequences = [0, 10, 30, 40].map(at)
  const numbered = (numbers: number[]) => sequences.map((bytes, i) => ({ bytes, number: numbers[i] ?? 0 }))
  expect(packetsOf("tcp.lost_segment", numbered([1, 2, 3, 4])).map(({ number }) => number)).toEqual([3])
  expect(packetsOf("tcp.lost_segment", numbered([1, 2, 5, 6]))).toEqual([])
})

it("the file says by which filter it was made", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const filter = filterOf("not ( arp )", {})
  expect(text(new CaptureFile(state, String, filter).begin("test"))).toContain(`finds: ${filter.canonical}`)
  expect(text(new CaptureFile(state).begin("test"))).not.toContain("filter")
})
