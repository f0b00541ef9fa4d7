import type { Said } from "../facts.ts"
import { dataField, type Field, type FieldTable, readFields } from "../field.ts"
import { bits, decimal, hexadecimal, rawBytes } from "../readers.ts"
import { holds, type Span, u8, u32, wireLength, within } from "../span.ts"
import { hexAt, hexNumber } from "../text.ts"
import type { Application } from "./application.ts"

const at = { form: 0, version: 1, destinationIdLength: 5, destinationId: 6 } as const // RFC 9000 section 17.2
const longForm = 0x80
const fixedBit = 0x40
const longestConnectionId = 20
const versionNegotiation = 0
const version1 = 0x0000_0001
const version2 = 0x6b33_43cf // RFC 9369
// Before there was a standard, and beside it: their long headers are those of version 1.
const draft = { mask: 0xffff_ff00, value: 0xff00_0000, first: 23, last: 34 } as const
const meta = { mask: 0xffff_ff00, value: 0xface_b000 } as const
const google = new Map([
  [0x5130_3530, "Q050"],
  [0x5430_3530, "T050"],
  [0x5430_3531, "T051"],
])
const greased = { mask: 0x0f0f_0f0f, value: 0x0a0a_0a0a } as const // RFC 9000 section 15
const smallestDatagram = 7

const kinds = ["Initial", "0-RTT", "Handshake", "Retry"] as const
const kindsOfVersion2 = ["Retry", "Initial", "0-RTT", "Handshake"] as const // RFC 9369 section 3.2

/** Long headers only: a short header has nothing that could be checked. */
function describeQuic(datagram: Span): Said | undefined {
  const form = u8(datagram, at.form)
  if ((form & longForm) === 0 || wireLength(datagram) < smallestDatagram) return undefined
  const version = u32(datagram, at.version)
  const kind = packetKind(form, version)
  const destinationLength = u8(datagram, at.destinationIdLength)
  const sourceLengthAt = at.destinationId + destinationLength
  const sourceLength = u8(datagram, sourceLengthAt)
  if (kind === undefined || !holds(datagram, sourceLengthAt + 1 + sourceLength)) return undefined
  if (destinationLength > longestConnectionId || sourceLength > longestConnectionId) return undefined
  const versions = wireLength(datagram) - sourceLengthAt - 1 - sourceLength
  if (version === versionNegotiation && (versions < 4 || versions % 4 !== 0)) return undefined
  const destination = destinationLength > 0 ? `, DCID=${hexAt(datagram, at.destinationId, destinationLength)}` : ""
  const source = sourceLength > 0 ? `, SCID=${hexAt(datagram, sourceLengthAt + 1, sourceLength)}` : ""
  return { protocol: "QUIC", info: `${kind}${destination}${source}` }
}

function packetKind(form: number, version: number): string | undefined {
  if (version === versionNegotiation) return "Version Negotiation"
  if ((form & fixedBit) === 0) return undefined
  const index = (form >> 4) & 3
  if (version === version1) return kinds[index]
  if (version === version2) return `${kindsOfVersion2[index]} (version 2)`
  const name = versionName(version)
  if (name !== undefined) return `${kinds[index]} (${name})`
  return matches(version, greased) ? `Version ${hexNumber(version, 8)}, to force a negotiation` : undefined
}

function versionName(version: number): string | undefined {
  const last = version & 0xff
  if (matches(version, draft)) return last >= draft.first && last <= draft.last ? `draft ${last}` : undefined
  return matches(version, meta) ? `Meta ${hexNumber(version, 8)}` : google.get(version)
}

function matches(version: number, { mask, value }: { mask: number; value: number }): boolean {
  return (version & mask) >>> 0 === value
}

/** Of the datagram's first packet. */
function fieldsOf(datagram: Span): Field[] {
  const destinationLength = u8(datagram, at.destinationIdLength)
  const sourceAt = at.destinationId + destinationLength
  const sourceLength = u8(datagram, sourceAt)
  const kind = packetKind(u8(datagram, at.form), u32(datagram, at.version)) ?? ""
  const destination: FieldTable =
    destinationLength > 0 ? [["Destination Connection ID", at.destinationId, destinationLength, rawBytes]] : []
  const source: FieldTable = sourceLength > 0 ? [["Source Connection ID", sourceAt + 1, sourceLength, rawBytes]] : []
  const found = readFields(datagram, [
    ["Header Form", at.form, 1, bits(7, 1, () => "long header")],
    ["Packet Type", at.form, 1, bits(4, 2, (type) => `${kind} (${type})`)],
    ["Version", at.version, 4, hexadecimal],
    ["Destination Connection ID Length", at.destinationIdLength, 1, decimal],
    ...destination,
    ["Source Connection ID Length", sourceAt, 1, decimal],
    ...source,
  ])
  return [...found, ...dataField(within(datagram, sourceAt + 1 + sourceLength), "Payload")]
}

export const quic: Application = { name: "QUIC", describe: describeQuic, fields: fieldsOf }
