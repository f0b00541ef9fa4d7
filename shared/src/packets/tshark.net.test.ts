import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../../../testing/temporary.ts"
import { readByTshark, type Told, toldByUs } from "../../../testing/tshark.ts"
import type { LinkType } from "./facts.ts"
import { pcapFile } from "./testing/pcap-file.ts"
import { type RandomPacket, randomPackets } from "./testing/random-packets.ts"

// Wireshark, which knows nothing of us, reads the same packets.

const count = 8_000
const seed = Number(process.env.TSHARK_SEED ?? 20_261_128)
const share = 0.999

const columns = ["_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol"]
const fields = ["udp.srcport", "udp.dstport", "tcp.srcport", "tcp.dstport", "sctp.srcport", "sctp.dstport"]
const lengths = ["ip.len", "ipv6.plen", "udp.length", "tcp.len"]
async function toldByTshark(packets: readonly RandomPacket[], link: LinkType): Promise<Told[]> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "packets.pcap")
  await writeFile(
    file,
    pcapFile(
      packets.map(({ bytes }) => bytes),
      link,
    ),
  )
  return (await readByTshark(file, [...columns, ...fields, ...lengths])).map(toldByRow)
}

function toldByRow([source = "", destination = "", protocol = "", ...rest]: readonly string[]): Told {
  const [udpFrom, udpTo, tcpFrom, tcpTo, sctpFrom, sctpTo, ip4, ip6, udpLength, tcpLength] = rest.map((one) =>
    one.split(","),
  )
  const isError = protocol.startsWith("ICMP") // what an error quotes is not the packet's own
  const last = (values: string[] = []) => (isError ? "" : (values.at(-1) ?? ""))
  const from = last(udpFrom) || last(tcpFrom) || last(sctpFrom)
  const to = last(udpTo) || last(tcpTo) || last(sctpTo)
  return {
    source,
    destination,
    protocol,
    ports: from === "" ? "" : `${from} ${to}`,
    ipLength: ip4?.[0] || ip6?.[0] || "",
    transportLength: last(udpLength) || last(tcpLength),
  }
}

/** What we say in other words, or say by choice where Wireshark says something else. */
function comparable(told: Told, { name }: RandomPacket): Told {
  if (/^(Tundeck|simpletun)/.test(name)) return { ...told, protocol: "ours: Wireshark does not know it" }
  if (name === "GRE") return { ...told, protocol: "GRE: what ERSPAN mirrors is not read" }
  if (name === "unknown ether type") return { ...told, protocol: "Ethernet: the type stands in our info" }
  if (name === "IPv6 extension chain")
    return { ...told, destination: "the next hop, not the last of the routing header" }
  return { ...told, protocol: sameWords(told.protocol) }
}

function sameWords(protocol: string): string {
  if (/^(TLSv1|SSL)/.test(protocol)) return "TLS" // the version stands in our info
  return protocol === "SSHv2" ? "SSH" : protocol
}

test("Wireshark reads addresses, protocol, ports and lengths as we do", async () => {
  const packets = randomPackets(count, seed)
  const differing: string[] = []
  for (const link of ["ip", "ethernet"] as const) {
    const ofLink = packets.filter((packet) => packet.link === link)
    const told = await toldByTshark(ofLink, link)
    expect(told.length).toBe(ofLink.length)
    for (const [index, packet] of ofLink.entries()) {
      const theirs = JSON.stringify(comparable(told[index] ?? toldByRow([]), packet))
      const ours = JSON.stringify(comparable(toldByUs(packet.bytes, packet.link), packet))
      if (ours !== theirs)
        differing.push(`${packet.name}: ${Buffer.from(packet.bytes).toString("hex")}\n  we   ${ours}\n  they ${theirs}`)
    }
  }
  if (differing.length > 0) console.log(`${differing.length} of ${count} packets differ:\n${differing.join("\n")}`)
  expect(differing.length, `seed ${seed}`).toBeLessThanOrEqual(count * (1 - share))
})
