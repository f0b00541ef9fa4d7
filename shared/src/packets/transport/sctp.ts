import type { PacketFacts } from "../facts.ts"
import { type Dissected, type Field, type FieldTable, missing, readFields, wholeField } from "../field.ts"
import { decimal, hexadecimal, nameText, rawBytes } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { portFields, portsText, readPorts } from "./ports.ts"

const at = { tag: 4, checksum: 8, chunks: 12 } as const // RFC 9260 section 3.1
const chunkAt = { type: 0, flags: 1, length: 2, value: 4 } as const // RFC 9260 section 3.2
const mostShown = 6
const mostChunks = 64

const chunkNames = new Map<number, string>([
  [0, "DATA"],
  [1, "INIT"],
  [2, "INIT_ACK"],
  [3, "SACK"],
  [4, "HEARTBEAT"],
  [5, "HEARTBEAT_ACK"],
  [6, "ABORT"],
  [7, "SHUTDOWN"],
  [8, "SHUTDOWN_ACK"],
  [9, "ERROR"],
  [10, "COOKIE_ECHO"],
  [11, "COOKIE_ACK"],
  [14, "SHUTDOWN_COMPLETE"],
  [15, "AUTH"],
  [64, "I_DATA"],
  [128, "ASCONF_ACK"],
  [130, "RECONFIG"],
  [192, "FORWARD_TSN"],
  [193, "ASCONF"],
])

export function describeSctp(span: Span, facts: PacketFacts): void {
  facts.protocol = "SCTP"
  const ported = readPorts(span, facts)
  const chunks = holds(span, at.chunks) ? chunksText(within(span, at.chunks)) : shortfall(span, at.chunks)
  facts.info = ported ? `${portsText(facts)} ${chunks}` : chunks
}

function chunksText(chunks: Span): string {
  const names: string[] = []
  const rest = eachChunk(chunks, mostShown, (type) => {
    names.push(chunkNames.get(type) ?? `chunk ${type}`)
  })
  if (wireLength(rest) > 0) names.push(names.length === mostShown ? "…" : shortfall(rest, chunkAt.value))
  return names.join(" ")
}

/** Visits `most` of them; gives back what it could not read. */
function eachChunk(chunks: Span, most: number, visit: (type: number, chunk: Span) => void): Span {
  for (let count = 0; count < most && wireLength(chunks) > 0; count++) {
    const length = u16(chunks, chunkAt.length)
    if (!holds(chunks, chunkAt.value) || length < chunkAt.value) return chunks
    visit(u8(chunks, chunkAt.type), within(chunks, 0, length))
    chunks = within(chunks, (length + 3) & ~3)
  }
  return chunks
}

const fields: FieldTable = [
  ...portFields,
  ["Verification Tag", at.tag, 4, hexadecimal],
  ["Checksum", at.checksum, 4, hexadecimal],
]
const chunkFields: FieldTable = [
  ["Flags", chunkAt.flags, 1, hexadecimal],
  ["Length", chunkAt.length, 2, decimal],
]
const chunkTables = new Map<number, FieldTable>([
  [
    0,
    [
      ["Transmission Sequence Number", 4, 4, decimal],
      ["Stream Identifier", 8, 2, decimal],
      ["Stream Sequence Number", 10, 2, decimal],
      ["Payload Protocol Identifier", 12, 4, decimal],
    ],
  ],
  [1, initiation()],
  [2, initiation()],
  [
    3,
    [
      ["Cumulative TSN Ack", 4, 4, decimal],
      ["Advertised Receiver Window", 8, 4, decimal],
      ["Gap Ack Blocks", 12, 2, decimal],
      ["Duplicate TSNs", 14, 2, decimal],
    ],
  ],
])

function initiation(): FieldTable {
  return [
    ["Initiate Tag", 4, 4, hexadecimal],
    ["Advertised Receiver Window", 8, 4, decimal],
    ["Outbound Streams", 12, 2, decimal],
    ["Inbound Streams", 14, 2, decimal],
    ["Initial TSN", 16, 4, decimal],
  ]
}

export function dissectSctp(span: Span): Dissected {
  const facts: PacketFacts = { protocol: "", info: "" }
  describeSctp(span, facts)
  const chunks: Field[] = []
  const rest = eachChunk(within(span, at.chunks), mostChunks, (type, chunk) => {
    const table = chunkTables.get(type)
    const length = wireLength(chunk) - chunkAt.value
    const value: FieldTable = length > 0 ? [["Value", chunkAt.value, length, rawBytes]] : []
    chunks.push(
      wholeField(chunk, "Chunk", nameText(chunkNames, type), readFields(chunk, [...chunkFields, ...(table ?? value)])),
    )
  })
  if (wireLength(rest) > 0 && chunks.length < mostChunks) chunks.push(missing(rest, 0))
  const children = [...readFields(span, fields), ...chunks]
  return { layers: [wholeField(span, "Stream Control Transmission Protocol", facts.info, children)] }
}
