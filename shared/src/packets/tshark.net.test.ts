import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { run } from "../../../testing/process.ts"
import { temporaryDirectory } from "../../../testing/temporary.ts"
import { dissect, type Field } from "./dissect.ts"
import { type LinkType, summarize } from "./summarize.ts"
import { pcapFile } from "./testing/pcap-file.ts"
import { type RandomPacket, randomPackets } from "./testing/random-packets.ts"

// Wireshark, which knows nothing of us, reads the same packets.

const count = 8_000
const seed = Number(process.env.TSHARK_SEED ?? 20_261_128)
const share = 0.999

interface Told {
  source: string
  destination: string
  protocol: string
  ports: string
  ipLength: string
  transportLength: string
}

const columns = ["_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol"]
const fields = ["udp.srcport", "udp.dstport", "tcp.srcport", "tcp.dstport", "sctp.srcport", "sctp.dstport"]
const lengths = ["ip.len", "ipv6.plen", "udp.length", "tcp.len"]
// Each packet by itself: nothing is put together, nothing is known from the packets before it.
const alone = [
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
  "tcp.analyze_sequence_numbers:FALSE",
  "tls.desegment_ssl_records:FALSE",
]

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
  const wanted = [...columns, ...fields, ...lengths].flatMap((name) => ["-e", name])
  const options = alone.flatMap((option) => ["-o", option])
  const format = ["-n", "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", "-E", "aggregator=,"]
  const { stdout } = await run("tshark", ["-r", file, ...options, ...format, ...wanted], { timeoutMs: 50_000 })
  return stdout.split("\n").slice(0, -1).map(toldByLine)
}

function toldByLine(line: string): Told {
  const [source = "", destination = "", protocol = "", ...rest] = line.split("|")
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

function toldByUs({ bytes, link }: RandomPacket): Told {
  const facts = summarize(bytes, bytes.length, link)
  const layers = dissect(bytes, bytes.length, link)
  const of = (field: Field | undefined, name: string) =>
    field?.children?.find((child) => child.name === name)?.text.replace(" bytes", "")
  const ip = layers.find(({ name }) => name.startsWith("Internet Protocol"))
  const udp = layers.findLast(({ name }) => name === "User Datagram Protocol")
  const tcp = layers.findLast(({ name }) => name === "Transmission Control Protocol")
  return {
    source: facts.source ?? "",
    destination: facts.destination ?? "",
    protocol: facts.protocol,
    ports: facts.sourcePort === undefined ? "" : `${facts.sourcePort} ${facts.destinationPort}`,
    ipLength: of(ip, "Total Length") ?? of(ip, "Payload Length") ?? "",
    transportLength: of(udp, "Length") ?? tcp?.text.match(/ len=([0-9]+)/)?.[1] ?? "",
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
      const theirs = JSON.stringify(comparable(told[index] ?? toldByLine(""), packet))
      const ours = JSON.stringify(comparable(toldByUs(packet), packet))
      if (ours !== theirs)
        differing.push(`${packet.name}: ${Buffer.from(packet.bytes).toString("hex")}\n  we   ${ours}\n  they ${theirs}`)
    }
  }
  if (differing.length > 0) console.log(`${differing.length} of ${count} packets differ:\n${differing.join("\n")}`)
  expect(differing.length, `seed ${seed}`).toBeLessThanOrEqual(count * (1 - share))
})
