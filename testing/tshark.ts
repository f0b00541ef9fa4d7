// What Wireshark says of packets, and what we say of them in the same words.
import { dissect, type Field, type LinkType, summarize } from "@tundeck/shared"
import { run } from "./process.ts"

// Each packet by itself: nothing is put together, nothing is known from the packets before it.
const alone = [
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
  "tcp.analyze_sequence_numbers:FALSE",
  "tls.desegment_ssl_records:FALSE",
]

interface Reading {
  /** More of Wireshark's options. */
  options?: readonly string[]
  timeoutMs?: number
}

/** The values of `fields` of each packet in `file`; of a field that stands there more often, all of them, with commas between. */
export async function readByTshark(
  file: string,
  fields: readonly string[],
  { options = [], timeoutMs = 50_000 }: Reading = {},
): Promise<string[][]> {
  const wanted = fields.flatMap((name) => ["-e", name])
  const preferences = alone.flatMap((preference) => ["-o", preference])
  const format = ["-n", "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", "-E", "aggregator=,"]
  const args = ["-r", file, ...preferences, ...options, ...format, ...wanted]
  const { stdout } = await run("tshark", args, { timeoutMs })
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("|"))
}

/** Text, for it is compared; "" for what is not there. */
export interface Told {
  source: string
  destination: string
  protocol: string
  ports: string
  ipLength: string
  transportLength: string
}

export function toldByUs(bytes: Uint8Array, link: LinkType): Told {
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
