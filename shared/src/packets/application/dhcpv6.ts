import { ipv6Text } from "../address-text.ts"
import type { Said } from "../facts.ts"
import { type Field, type FieldTable, field, missing, readFields } from "../field.ts"
import { decimal, hexadecimal, ipv6, named, nameText, rawBytes } from "../readers.ts"
import { holds, type Span, u8, u16, u24, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"
import type { Application } from "./application.ts"

const at = { type: 0, transactionId: 1, options: 4 } as const // RFC 8415 section 8
const relayAt = { hopCount: 1, linkAddress: 2, peerAddress: 18, options: 34 } as const // RFC 8415 section 9
const relayForward = 12
const relayReply = 13
const optionAt = { code: 0, length: 2, value: 4 } as const // RFC 8415 section 21.1
const mostOptions = 64
const deepest = 3

const typeNames = [
  "",
  "Solicit",
  "Advertise",
  "Request",
  "Confirm",
  "Renew",
  "Rebind",
  "Reply",
  "Release",
  "Decline",
  "Reconfigure",
  "Information-request",
  "Relay-forw",
  "Relay-reply",
] as const

function describeDhcpv6(message: Span): Said | undefined {
  const type = u8(message, at.type)
  const name = typeNames[type]
  if (!name || !holds(message, at.options)) return undefined
  if (!isRelayed(type)) {
    return { protocol: "DHCPv6", info: `${name} xid=${hexNumber(u24(message, at.transactionId), 6)}` }
  }
  if (!holds(message, relayAt.options)) return undefined
  return {
    protocol: "DHCPv6",
    info: `${name} link=${ipv6Text(message, relayAt.linkAddress)} peer=${ipv6Text(message, relayAt.peerAddress)}`,
  }
}

function isRelayed(type: number): boolean {
  return type === relayForward || type === relayReply
}

const optionNames = new Map<number, string>([
  [1, "Client Identifier"],
  [2, "Server Identifier"],
  [3, "Identity Association for Non-temporary Address"],
  [4, "Identity Association for Temporary Address"],
  [5, "IA Address"],
  [6, "Option Request"],
  [7, "Preference"],
  [8, "Elapsed time"],
  [9, "Relay Message"],
  [13, "Status code"],
  [14, "Rapid Commit"],
  [16, "Vendor Class"],
  [17, "Vendor-specific Information"],
  [18, "Interface-Id"],
  [23, "DNS recursive name server"],
  [24, "Domain Search List"],
  [25, "Identity Association for Prefix Delegation"],
  [26, "IA Prefix"],
  [21, "SIP Server Domain Name List"],
  [39, "Client Fully Qualified Domain Name"],
  [56, "NTP Server"],
  [64, "AFTR Name"],
])
/** Where options stand within an option. */
const inner = new Map<number, number>([
  [3, 12],
  [4, 4],
  [5, 24],
  [25, 12],
  [26, 25],
])
const optionTables = new Map<number, FieldTable>([
  [5, [["IPv6 address", optionAt.value, 16, ipv6]]],
  [8, [["Elapsed time", optionAt.value, 2, (span, offset) => `${u16(span, offset) * 10} ms`]]],
  [23, [["DNS server address", optionAt.value, 16, ipv6]]],
])

const head: FieldTable = [["Message type", at.type, 1, named(typeNames)]]
const messageFields: FieldTable = [...head, ["Transaction ID", at.transactionId, 3, hexadecimal]]
const relayFields: FieldTable = [
  ...head,
  ["Hop count", relayAt.hopCount, 1, decimal],
  ["Link address", relayAt.linkAddress, 16, ipv6],
  ["Peer address", relayAt.peerAddress, 16, ipv6],
]

function fieldsOf(message: Span): Field[] {
  const relayed = isRelayed(u8(message, at.type))
  const options = within(message, relayed ? relayAt.options : at.options)
  return [...readFields(message, relayed ? relayFields : messageFields), ...optionFields(options, 1)]
}

function optionFields(options: Span, depth: number): Field[] {
  const found: Field[] = []
  let rest = options
  for (let count = 0; count < mostOptions && wireLength(rest) > 0; count++) {
    const length = optionAt.value + u16(rest, optionAt.length)
    if (!holds(rest, optionAt.value) || length > wireLength(rest)) return [...found, missing(rest, 0)]
    found.push(optionField(within(rest, 0, length), length, depth))
    rest = within(rest, length)
  }
  return found
}

function optionField(option: Span, length: number, depth: number): Field {
  const code = u16(option, optionAt.code)
  const value = rawBytes(option, optionAt.value, length - optionAt.value)
  const optionsAt = inner.get(code)
  const options =
    optionsAt === undefined || depth === deepest
      ? []
      : optionFields(within(option, optionAt.value + optionsAt), depth + 1)
  const children = [...readFields(option, optionTables.get(code) ?? []), ...options]
  return field(option, "Option", 0, length, `${nameText(optionNames, code)}: ${value}`, children)
}

export const dhcpv6: Application = { name: "DHCPv6", describe: describeDhcpv6, fields: fieldsOf }
