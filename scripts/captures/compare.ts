// Our decoders beside Wireshark's, on many captures at once.
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { LinkType } from "@tundeck/shared"
import { pcapFile } from "../../shared/src/packets/testing/pcap-file.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { readByTshark, type Told, toldByUs } from "../../testing/tshark.ts"
import { choice } from "./choices.ts"
import { isWholeIp, type LinkedPacket } from "./links.ts"
import { fields, inSameWords, type Read, readRow } from "./told.ts"

export interface Capture {
  readonly name: string
  readonly packets: readonly LinkedPacket[]
}

export interface Comparison {
  readonly name: string
  packets: number
  /** Of the packets, those that are compared: whole IP packets. */
  whole: number
  agreeing: number
  /** Those that we read otherwise on purpose, by reason. */
  readonly chosen: Map<string, number>
  readonly differing: Difference[]
}

export interface Difference {
  /** Counted from 1, of those that a tun or tap interface would carry. */
  readonly number: number
  /** What is not the same, and in which layers. */
  readonly kind: string
  readonly ours: Told
  readonly theirs: Told
}

interface Asked {
  readonly bytes: Uint8Array
  readonly number: number
  readonly comparison: Comparison
}

const timeoutMs = 600_000
// As we do: over TCP by what the bytes are, before what the port is for, and DNS by its port only. TPKT would take TLS
// for its own.
const options = [
  ...["-o", "tcp.try_heuristic_first:TRUE"],
  ...["--disable-heuristic", "dns_udp"],
  ...["--disable-protocol", "tpkt"],
]

/** Wireshark is started once for each link type: it takes longer to start than to read a small capture. */
export async function compare(captures: readonly Capture[]): Promise<Comparison[]> {
  const asked: Record<LinkType, Asked[]> = { ethernet: [], ip: [] }
  const comparisons = captures.map(({ name, packets }): Comparison => {
    const comparison = { name, packets: packets.length, whole: 0, agreeing: 0, chosen: new Map(), differing: [] }
    for (const [index, packet] of packets.entries())
      if (isWholeIp(packet)) asked[packet.link].push({ bytes: packet.bytes, number: index + 1, comparison })
    return comparison
  })
  for (const link of ["ethernet", "ip"] as const) await compareWith(link, asked[link])
  return comparisons
}

async function compareWith(link: LinkType, asked: readonly Asked[]): Promise<void> {
  if (asked.length === 0) return
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "packets.pcap")
  await writeFile(
    file,
    pcapFile(
      asked.map(({ bytes }) => bytes),
      link,
    ),
  )
  const rows = await readByTshark(file, fields, { options, timeoutMs })
  if (rows.length !== asked.length) throw new Error(`tshark read ${rows.length} of ${asked.length} packets`)
  for (const [index, { bytes, number, comparison }] of asked.entries()) {
    comparison.whole++
    const read = readRow(rows[index] ?? [])
    const ours = inSameWords(toldByUs(bytes, link))
    const why = isSame(ours, read) ? undefined : choice(ours, read)
    if (isSame(ours, read)) comparison.agreeing++
    else if (why !== undefined) comparison.chosen.set(why, (comparison.chosen.get(why) ?? 0) + 1)
    else comparison.differing.push({ number, kind: kindOf(ours, read), ours, theirs: read.told })
  }
}

function isSame(ours: Told, { told, alsoNamed }: Read): boolean {
  const protocol = ours.protocol === alsoNamed ? ours.protocol : told.protocol
  return JSON.stringify(ours) === JSON.stringify({ ...told, protocol })
}

function kindOf(ours: Told, { told: theirs, layers, isMalformed }: Read): string {
  const parts: string[] = []
  if (ours.source !== theirs.source || ours.destination !== theirs.destination) parts.push("addresses")
  if (ours.protocol !== theirs.protocol) parts.push(`protocol: we ${ours.protocol}, they ${theirs.protocol}`)
  if (ours.ports !== theirs.ports) parts.push("ports")
  if (ours.ipLength !== theirs.ipLength || ours.transportLength !== theirs.transportLength) parts.push("lengths")
  return `${parts.join("; ")} (${layers}${isMalformed ? ", which they call malformed" : ""})`
}
