import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { run } from "../../../../testing/process.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { pcapFile } from "../testing/pcap-file.ts"
import { type ConnectionPacket, randomConnections } from "../testing/random-connections.ts"
import { TcpFlows } from "./tcp-flows.ts"

// Wireshark follows the same connections.

const connections = 150
const seed = 20_261_128

const analysis = {
  spurious_retransmission: "Spurious Retransmission",
  fast_retransmission: "Fast Retransmission",
  retransmission: "Retransmission",
  out_of_order: "Out-Of-Order",
  lost_segment: "Previous segment not captured",
  ack_lost_segment: "ACKed unseen segment",
  duplicate_ack_num: "Dup ACK",
  zero_window: "ZeroWindow",
  zero_window_probe: "ZeroWindowProbe",
  window_update: "Window Update",
  keep_alive: "Keep-Alive",
  keep_alive_ack: "Keep-Alive ACK",
  reused_ports: "Port numbers reused",
} as const
const fields = ["tcp.seq", "tcp.ack", "tcp.window_size", ...Object.keys(analysis).map((name) => `tcp.analysis.${name}`)]

async function toldByTshark(packets: readonly ConnectionPacket[]): Promise<string[][]> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "connections.pcap")
  const bytes = packets.map((packet) => packet.bytes)
  const times = packets.map(({ microseconds }) => microseconds)
  await writeFile(file, pcapFile(bytes, "ip", times))
  const wanted = fields.flatMap((name) => ["-e", name])
  const { stdout } = await run("tshark", ["-r", file, "-n", "-T", "fields", "-E", "separator=|", ...wanted])
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("|"))
}

/** Wireshark calls fast and spurious ones retransmissions besides; an acknowledgment of nothing new is only there a duplicate. */
function marksOf(values: readonly string[], isIdle: boolean): string[] {
  const marks = Object.values(analysis).filter((_, index) => values[index])
  const isSpecial = marks[0] !== undefined && / Retransmission$/.test(marks[0])
  return marks.filter((mark) => !(mark === "Retransmission" && isSpecial) && !(mark === "Dup ACK" && isIdle))
}

/** Which of the three a late segment is, Wireshark decides by the round trip, and by duplicates that we do not count. */
function kindOf(mark: string): string {
  return ["Retransmission", "Fast Retransmission", "Out-Of-Order"].includes(mark) ? "late" : mark
}

test("Wireshark counts as we do, and marks what we mark", async () => {
  const packets = randomConnections(connections, seed)
  const told = await toldByTshark(packets)
  expect(told.length).toBe(packets.length)
  const flows = new TcpFlows()
  const marked = new Set<string>()
  for (const [index, { bytes, microseconds, isIdle }] of packets.entries()) {
    const { info } = flows.summarize(bytes, bytes.length, "ip", microseconds / 1000)
    const [sequence, acknowledgment, window, ...values] = told[index] ?? []
    const first = info.includes("[SYN]") ? "" : ` ack=${acknowledgment}`
    expect(info, `packet ${index}`).toContain(` seq=${sequence}${first} win=${window} `)
    const ours = [...info.matchAll(/\[TCP ([^\]#]+?)(?: #[0-9]+)?\]/g)].map(([, mark = ""]) => mark)
    expect(ours.map(kindOf).sort(), `packet ${index}: ${info}`).toEqual(marksOf(values, isIdle).map(kindOf).sort())
    for (const mark of ours) marked.add(mark)
  }
  expect(marked.size).toBeGreaterThan(5)
})
