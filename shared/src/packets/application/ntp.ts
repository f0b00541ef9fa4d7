import type { Said } from "../facts.ts"
import { type FieldTable, readFields } from "../field.ts"
import { bits, decimal, numberAt, rawBytes } from "../readers.ts"
import { type Span, u8, u32, wireLength } from "../span.ts"
import type { Application } from "./application.ts"

// RFC 5905 section 7.3
const at = {
  leapVersionMode: 0,
  stratum: 1,
  poll: 2,
  precision: 3,
  rootDelay: 4,
  rootDispersion: 8,
  referenceId: 12,
  reference: 16,
  origin: 24,
  receive: 32,
  transmit: 40,
  end: 48,
} as const
const smallestControlMessage = 12 // RFC 9327 section 2

const smallestPrivateMessage = 8 // as ntpd's own programs send it

const modes = [
  "",
  "symmetric active",
  "symmetric passive",
  "client",
  "server",
  "broadcast",
  "control",
  "private",
] as const
const mode = { client: 3, control: 6, private: 7 } as const

function describeNtp(message: Span): Said | undefined {
  const version = (u8(message, at.leapVersionMode) >> 3) & 0x07
  const kind = modeOf(message)
  const name = modes[kind]
  if (!name || version < 1 || version > 4 || wireLength(message) < smallestOf(kind)) return undefined
  const stratum = isTime(kind) && kind !== mode.client ? `, stratum ${u8(message, at.stratum)}` : ""
  return { protocol: "NTP", info: `NTP Version ${version}, ${name}${stratum}` }
}

function modeOf(message: Span): number {
  return u8(message, at.leapVersionMode) & 0x07
}

/** Control and private messages ask a server about itself, and are laid out otherwise. */
function isTime(kind: number): boolean {
  return kind !== mode.control && kind !== mode.private
}

function smallestOf(kind: number): number {
  if (isTime(kind)) return at.end
  return kind === mode.control ? smallestControlMessage : smallestPrivateMessage
}

const head: FieldTable = [
  ["Leap Indicator", at.leapVersionMode, 1, bits(6, 2)],
  ["Version", at.leapVersionMode, 1, bits(3, 3)],
  ["Mode", at.leapVersionMode, 1, bits(0, 3, (kind) => `${modes[kind] || "reserved"} (${kind})`)],
]
const fields: FieldTable = [
  ...head,
  ["Peer Clock Stratum", at.stratum, 1, decimal],
  ["Peer Polling Interval", at.poll, 1, (span, offset) => `2^${signed(u8(span, offset))} s`],
  ["Peer Clock Precision", at.precision, 1, (span, offset) => `2^${signed(u8(span, offset))} s`],
  ["Root Delay", at.rootDelay, 4, shortTime],
  ["Root Dispersion", at.rootDispersion, 4, shortTime],
  ["Reference ID", at.referenceId, 4, rawBytes],
  ["Reference Timestamp", at.reference, 8, timestamp],
  ["Origin Timestamp", at.origin, 8, timestamp],
  ["Receive Timestamp", at.receive, 8, timestamp],
  ["Transmit Timestamp", at.transmit, 8, timestamp],
]

function signed(byte: number): number {
  return byte < 0x80 ? byte : byte - 0x100
}

function shortTime(span: Span, offset: number): string {
  return `${(u32(span, offset) / 0x1_0000).toFixed(6)} s`
}

const secondsTo1970 = 2_208_988_800
const secondsOfEra = 2 ** 32

/** Times before 1968 are those after the first era's end in 2036 (RFC 5905 section 6). */
function timestamp(span: Span, offset: number): string {
  const seconds = u32(span, offset)
  if (seconds === 0 && u32(span, offset + 4) === 0) return "not set"
  const era = seconds < secondsOfEra / 2 ? secondsOfEra : 0
  const fraction = numberAt(span, offset + 4, 4) / secondsOfEra
  return new Date((seconds + era - secondsTo1970 + fraction) * 1000).toISOString()
}

export const ntp: Application = {
  name: "Network Time Protocol",
  describe: describeNtp,
  fields: (message) => readFields(message, isTime(modeOf(message)) ? fields : head),
}
