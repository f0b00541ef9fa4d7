import type { PacketFacts, Said } from "../facts.ts"
import { dataField, type Field, type FieldTable, readFields, wholeField } from "../field.ts"
import { etherType } from "../link/ether-types.ts"
import { quotedPacket } from "../network/quoted-packet.ts"
import { counted, decimal, hexadecimal, named, rawBytes } from "../readers.ts"
import { claimed, holds, type Span, u8, u16, u32, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import type { Application } from "./application.ts"

// docs/wire-format.md, section 1. Frames have no magic number: on Tundeck's port, and whole in all their lengths, they are told.
const port = 55_555
const magic = 0x5444 // "TD"
const probeAt = { magic: 0, kind: 2, zero: 3, question: 4, asked: 8, end: 12 } as const
const frameAt = { length: 0, packet: 2 } as const
const trainAt = { length: 0, zero: 4, segmentation: 5, size: 6, checksum: 8, place: 10, packet: 12 } as const
const segmentations = new Map<number, string>([
  [0, "none"],
  [1, "TCP over IPv4"],
  [4, "TCP over IPv6"],
  [5, "UDP"],
])
const congestionBit = 0x80
const macHeader = 14
const probeKinds = ["", "question", "answer"] as const

function describeProbe(payload: Span): Said | undefined {
  const kind = probeKinds[u8(payload, probeAt.kind)]
  if (!kind || wireLength(payload) !== probeAt.end || !holds(payload, probeAt.end)) return undefined
  if (u16(payload, probeAt.magic) !== magic || u8(payload, probeAt.zero) !== 0) return undefined
  return { protocol: "Tundeck", info: `Probe ${kind} ${hexNumber(u32(payload, probeAt.question), 8)}` }
}

const probeFields: FieldTable = [
  ["Magic", probeAt.magic, 2, hexadecimal],
  ["Kind", probeAt.kind, 1, named(probeKinds)],
  ["Question", probeAt.question, 4, hexadecimal],
  ["Asked at", probeAt.asked, 4, counted("µs of the asking side's clock")],
]

export const tundeckProbe: Application = {
  name: "Tundeck Probe",
  describe: describeProbe,
  fields: (payload) => readFields(payload, probeFields),
}

export const tundeckDatagram: Application = {
  name: "Tundeck Datagram",
  describe(payload, facts) {
    const inner = isOurPort(facts) ? innerText(payload) : undefined
    return inner === undefined ? undefined : { protocol: "Tundeck", info: `Packet ${inner}` }
  },
  fields: (payload) => dataField(payload, "Packet"),
}

export const tundeckFrame: Application = {
  name: "Tundeck Frame",
  describe(payload, facts) {
    if (!isOurPort(facts)) return undefined
    const length = u16(payload, frameAt.length)
    const inner = innerText(claimed(payload, frameAt.packet, length))
    return inner === undefined ? undefined : { protocol: "Tundeck", info: `Frame of ${length} bytes ${inner}` }
  },
  fields(payload) {
    const length = u16(payload, frameAt.length)
    return [
      ...readFields(payload, [["Length", frameAt.length, 2, counted("bytes")]]),
      ...dataField(claimed(payload, frameAt.packet, length), "Packet"),
      ...dataField(within(payload, frameAt.packet + length), "Further frames"),
    ]
  },
}

export const tundeckTrain: Application = {
  name: "Tundeck Train",
  describe(payload, facts) {
    if (!isOurPort(facts) || !segmentations.has(u8(payload, trainAt.segmentation) & ~congestionBit)) return undefined
    const length = u32(payload, trainAt.length)
    const inner = innerText(claimed(payload, trainAt.packet, length))
    if (inner === undefined) return undefined
    const size = u16(payload, trainAt.size)
    return { protocol: "Tundeck", info: `Train of ${length} bytes${size > 0 ? `, ${size} each,` : ""} ${inner}` }
  },
  fields(payload) {
    const length = u32(payload, trainAt.length)
    return [
      ...readFields(payload, [
        ["Length", trainAt.length, 4, counted("bytes")],
        ["Segmentation", trainAt.segmentation, 1, named(segmentations)],
        ["Payload of each packet", trainAt.size, 2, counted("bytes")],
        ["Open checksum begins", trainAt.checksum, 2, decimal],
        ["Open checksum stands", trainAt.place, 2, decimal],
      ]),
      ...dataField(claimed(payload, trainAt.packet, length), "Packet"),
      ...dataField(within(payload, trainAt.packet + length), "Further trains"),
    ]
  },
}

function isOurPort({ sourcePort, destinationPort }: PacketFacts): boolean {
  return sourcePort === port || destinationPort === port
}

/** An IP packet that is as long as it says, or an Ethernet frame that holds one or ARP; undefined for anything else. */
function innerText(span: Span): string | undefined {
  if (isWholeIp(span)) return quotedPacket(span) || undefined
  const type = u16(span, macHeader - 2)
  const packet = within(span, macHeader)
  if (type === etherType.arp && wireLength(packet) >= 28 && u32(packet, 0) === 0x0001_0800) return "ARP"
  if (type !== etherType.ipv4 && type !== etherType.ipv6) return undefined
  return isWholeIp(packet) ? quotedPacket(packet) || undefined : undefined
}

function isWholeIp(span: Span): boolean {
  const version = u8(span, 0) >> 4
  if (version === 4) return (u16(span, 2) || wireLength(span)) === wireLength(span) && (u8(span, 0) & 15) >= 5
  return version === 6 && (u16(span, 4) + 40 === wireLength(span) || u16(span, 4) === 0)
}

const echoAt = { magic: 0, kind: 2, way: 3, tunnel: 4, packet: 8 } as const
const echoKinds = ["packet", "bundle"] as const
const echoWays = ["request", "reply", "direct"] as const
const directBit = 0x80

/** Behind the header of an ICMP echo message; undefined when it is somebody else's. */
export function describeTundeckEcho(payload: Span): Said | undefined {
  if (!holds(payload, echoAt.packet) || u16(payload, echoAt.magic) !== magic) return undefined
  const kind = echoKinds[u8(payload, echoAt.kind) & ~directBit]
  const way = echoWays[u8(payload, echoAt.way)]
  if (kind === undefined || way === undefined) return undefined
  const inner = kind === "packet" ? innerText(within(payload, echoAt.packet)) : undefined
  const what = `Echo ${way}, tunnel ${u32(payload, echoAt.tunnel)}, ${kind} of ${wireLength(payload) - echoAt.packet} bytes`
  return { protocol: "Tundeck", info: inner === undefined ? what : `${what} ${inner}` }
}

export function tundeckEchoFields(payload: Span): Field[] {
  const said = describeTundeckEcho(payload)
  if (said === undefined) return []
  const children = readFields(payload, [
    ["Magic", echoAt.magic, 2, rawBytes],
    ["Kind", echoAt.kind, 1, (span, offset) => echoKinds[u8(span, offset) & ~directBit] ?? ""],
    ["Way", echoAt.way, 1, named(echoWays)],
    ["Tunnel", echoAt.tunnel, 4, decimal],
  ])
  return [
    wholeField(payload, "Tundeck Echo", said.info, [
      ...children,
      ...dataField(within(payload, echoAt.packet), "Packet"),
    ]),
  ]
}
