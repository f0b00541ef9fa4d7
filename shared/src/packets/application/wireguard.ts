import type { Said } from "../facts.ts"
import { dataField, type Field, type FieldTable, readFields } from "../field.ts"
import { named, rawBytes } from "../readers.ts"
import { holds, type Span, u8, u24, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import type { Application } from "./application.ts"

// The WireGuard paper, sections 5.4.2 to 5.4.7: all numbers little-endian, three reserved zero bytes after the type
const at = { type: 0, reserved: 1, sender: 4, receiver: 4, responseReceiver: 8, counter: 8, end: 16 } as const
const type = { initiation: 1, response: 2, cookieReply: 3, data: 4, tundeckData: 5 } as const
const length = { initiation: 148, response: 92, cookieReply: 64, keepalive: 32, largestPadded: 608 } as const

const largestCounter = 2 ** 48 // a session ends after 180 s, long before

/** Type, reserved bytes, length and counter must agree; data is padded to 16 bytes, but not beyond the MTU, which is never small. */
function describeWireguard(message: Span): Said | undefined {
  if (!holds(message, at.end) || u24(message, at.reserved) !== 0) return undefined
  const total = wireLength(message)
  const info = messageText(message, u8(message, at.type), total)
  return info === undefined ? undefined : { protocol: "WireGuard", info }
}

function messageText(message: Span, kind: number, total: number): string | undefined {
  if (kind === type.initiation && total === length.initiation)
    return `Handshake Initiation, sender=${index(message, at.sender)}`
  if (kind === type.response && total === length.response) {
    return `Handshake Response, sender=${index(message, at.sender)}, receiver=${index(message, at.responseReceiver)}`
  }
  if (kind === type.cookieReply && total === length.cookieReply)
    return `Cookie Reply, receiver=${index(message, at.receiver)}`
  const isPadded = total % 16 === 0 || total > length.largestPadded
  if ((kind !== type.data && kind !== type.tundeckData) || total < length.keepalive || !isPadded) return undefined
  if (counter(message) > largestCounter) return undefined
  const numbers = `receiver=${index(message, at.receiver)}, counter=${counter(message)}`
  const cipher = kind === type.tundeckData ? " (AES-256-GCM, between two Tundecks)" : ""
  return total === length.keepalive
    ? `Keepalive${cipher}, ${numbers}`
    : `Transport Data${cipher}, ${numbers}, datalen=${total - length.keepalive}`
}

function index(message: Span, offset: number): string {
  return hexNumber(littleEndian32(message, offset), 8)
}

/** 64 bits on the wire; exact to 2^53, which no session reaches. */
function counter(message: Span): number {
  return littleEndian32(message, at.counter) + littleEndian32(message, at.counter + 4) * 2 ** 32
}

function littleEndian32(span: Span, offset: number): number {
  return (
    u8(span, offset) +
    u8(span, offset + 1) * 0x100 +
    u8(span, offset + 2) * 0x1_0000 +
    u8(span, offset + 3) * 0x100_0000
  )
}

const names = [
  "",
  "Handshake Initiation",
  "Handshake Response",
  "Cookie Reply",
  "Transport Data",
  "Transport Data of Tundeck",
] as const
const head: FieldTable = [
  ["Type", at.type, 1, named(names)],
  ["Reserved", at.reserved, 3, rawBytes],
]
const tables = new Map<number, FieldTable>([
  [
    type.initiation,
    [
      ["Sender", at.sender, 4, index],
      ["Ephemeral", 8, 32, rawBytes],
      ["Encrypted Static", 40, 48, rawBytes],
      ["Encrypted Timestamp", 88, 28, rawBytes],
      ["mac1", 116, 16, rawBytes],
      ["mac2", 132, 16, rawBytes],
    ],
  ],
  [
    type.response,
    [
      ["Sender", at.sender, 4, index],
      ["Receiver", at.responseReceiver, 4, index],
      ["Ephemeral", 12, 32, rawBytes],
      ["Encrypted Empty", 44, 16, rawBytes],
      ["mac1", 60, 16, rawBytes],
      ["mac2", 76, 16, rawBytes],
    ],
  ],
  [
    type.cookieReply,
    [
      ["Receiver", at.receiver, 4, index],
      ["Nonce", 8, 24, rawBytes],
      ["Encrypted Cookie", 32, 32, rawBytes],
    ],
  ],
  [type.data, dataFields()],
  [type.tundeckData, dataFields()],
])

function dataFields(): FieldTable {
  return [
    ["Receiver", at.receiver, 4, index],
    ["Counter", at.counter, 8, (span) => String(counter(span))],
  ]
}

function fieldsOf(message: Span): Field[] {
  const kind = u8(message, at.type)
  const found = readFields(message, [...head, ...(tables.get(kind) ?? [])])
  return kind === type.data || kind === type.tundeckData
    ? [...found, ...dataField(within(message, at.end), "Encrypted Packet")]
    : found
}

export const wireguard: Application = { name: "WireGuard Protocol", describe: describeWireguard, fields: fieldsOf }
