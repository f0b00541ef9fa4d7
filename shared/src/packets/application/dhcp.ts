import { ipv4Text, macText } from "../address-text.ts"
import type { Said } from "../facts.ts"
import { type Field, type FieldTable, field, missing, readFields } from "../field.ts"
import { counted, decimal, flags, hexadecimal, ipv4, mac, named, utf8 } from "../readers.ts"
import { holds, isCut, type Span, seenLength, u8, u32, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import type { Application } from "./application.ts"
import { dhcpOptionText } from "./dhcp-options.ts"

// RFC 2131 section 2
const at = {
  operation: 0,
  hardwareType: 1,
  hardwareLength: 2,
  hops: 3,
  transactionId: 4,
  seconds: 8,
  flags: 10,
  clientAddress: 12,
  yourAddress: 16,
  serverAddress: 20,
  relayAddress: 24,
  clientMac: 28,
  clientMacEnd: 34,
  serverName: 44,
  bootFile: 108,
  magic: 236,
  options: 240,
} as const
const magicCookie = 0x63825363
const optionAt = { code: 0, length: 1, value: 2 } as const // RFC 2132 section 2
const option = { pad: 0, requestedAddress: 50, messageType: 53, end: 255 } as const
const mostOptions = 64
const longestHardwareAddress = 16
const mostHops = 16 // RFC 1542 section 4.1.1

const bootpNames = ["", "BOOTP request", "BOOTP reply"] as const
const messageTypes = [
  "",
  "Discover",
  "Offer",
  "Request",
  "Decline",
  "ACK",
  "NAK",
  "Release",
  "Inform",
  "Force Renew",
  "Lease Query",
  "Lease Unassigned",
  "Lease Unknown",
  "Lease Active",
] as const // RFC 2132 section 9.6, RFC 3203, RFC 4388

function describeDhcp(message: Span): Said | undefined {
  if (!looksLikeDhcp(message)) return undefined
  const { type, requested } = readOptions(within(message, at.options))
  const name =
    type === undefined ? bootpNames[u8(message, at.operation)] : `DHCP ${messageTypes[type] ?? `message type ${type}`}`
  const given = u32(message, at.yourAddress) === 0 ? requested : ipv4Text(message, at.yourAddress)
  const address = given === undefined ? "" : ` ${given}`
  const numbers = `xid=${hexNumber(u32(message, at.transactionId), 8)} client=${macText(message, at.clientMac)}`
  const cut = type === undefined && isCut(message) ? " [cut short]" : ""
  return { protocol: "DHCP", info: `${name}${address} ${numbers}${cut}` }
}

/**
 * The magic cookie stands so far back that a short snap length loses it; then Ethernet's type and size must do.
 * A lease query by address names no hardware (RFC 4388 section 6.2).
 */
function looksLikeDhcp(message: Span): boolean {
  const operation = u8(message, at.operation)
  if ((operation !== 1 && operation !== 2) || wireLength(message) < at.options) return false
  if (u8(message, at.hardwareLength) > longestHardwareAddress || u8(message, at.hops) > mostHops) return false
  if (holds(message, at.options)) return u32(message, at.magic) === magicCookie
  return u8(message, at.hardwareType) === 1 && u8(message, at.hardwareLength) === 6 && holds(message, at.clientMacEnd)
}

function readOptions(options: Span): { type?: number; requested?: string } {
  const found: { type?: number; requested?: string } = {}
  eachOption(options, (code, one, length) => {
    if (code === option.messageType && length === 1) found.type = u8(one, optionAt.value)
    if (code === option.requestedAddress && length === 4) found.requested = ipv4Text(one, optionAt.value)
  })
  return found
}

/** Up to the end option, without the padding; gives back what it could not read. `length` is the value's. */
function eachOption(options: Span, visit: (code: number, one: Span, length: number) => void): Span {
  let rest = options
  for (let count = 0; count < mostOptions && seenLength(rest) > 0; count++) {
    const code = u8(rest, optionAt.code)
    if (code === option.end) return within(rest, 1)
    const length = code === option.pad ? 1 : optionAt.value + u8(rest, optionAt.length)
    if (!holds(rest, length)) return rest
    if (code !== option.pad) visit(code, rest, length - optionAt.value)
    rest = within(rest, length)
  }
  return rest
}

const fields: FieldTable = [
  ["Message type", at.operation, 1, named(["", "Boot Request", "Boot Reply"])],
  ["Hardware type", at.hardwareType, 1, named(["", "Ethernet"])],
  ["Hardware address length", at.hardwareLength, 1, decimal],
  ["Hops", at.hops, 1, decimal],
  ["Transaction ID", at.transactionId, 4, hexadecimal],
  ["Seconds elapsed", at.seconds, 2, counted("s")],
  ["Bootp flags", at.flags, 2, flags([[0x8000, "broadcast"]])],
  ["Client IP address", at.clientAddress, 4, ipv4],
  ["Your (client) IP address", at.yourAddress, 4, ipv4],
  ["Next server IP address", at.serverAddress, 4, ipv4],
  ["Relay agent IP address", at.relayAddress, 4, ipv4],
  ["Client MAC address", at.clientMac, 6, mac],
  ["Server host name", at.serverName, 64, padded],
  ["Boot file name", at.bootFile, 128, padded],
  ["Magic cookie", at.magic, 4, hexadecimal],
]

/** Text that ends with its first zero. */
function padded(span: Span, offset: number, length: number): string {
  let end = 0
  while (end < length && u8(span, offset + end) !== 0) end++
  return end === 0 ? "not given" : utf8(span, offset, end)
}

function fieldsOf(message: Span): Field[] {
  const found = readFields(message, fields)
  const options = within(message, at.options)
  const rest = eachOption(options, (code, one, length) => {
    const whole = within(one, 0, optionAt.value + length)
    const text = code === option.messageType ? (messageTypes[u8(one, optionAt.value)] ?? "") : undefined
    found.push(
      field(one, "Option", 0, optionAt.value + length, dhcpOptionText(code, within(whole, optionAt.value), text)),
    )
  })
  return isCut(rest) && seenLength(options) > 0 ? [...found, missing(rest, 0)] : found
}

export const dhcp: Application = {
  name: "Dynamic Host Configuration Protocol",
  describe: describeDhcp,
  fields: fieldsOf,
}
