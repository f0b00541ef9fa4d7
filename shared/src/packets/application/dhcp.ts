import { ipv4Text, macText } from "../address-text.ts"
import type { Said } from "../facts.ts"
import { holds, isCut, type Span, u8, u32, wireLength, within } from "../span.ts"
import { hexNumber } from "../text.ts"

// RFC 2131 section 2
const at = {
  operation: 0,
  hardwareType: 1,
  hardwareLength: 2,
  hops: 3,
  transactionId: 4,
  yourAddress: 16,
  clientMac: 28,
  clientMacEnd: 34,
  magic: 236,
  options: 240,
} as const
const magicCookie = 0x63825363
const optionAt = { code: 0, length: 1, value: 2 } as const // RFC 2132 section 2
const option = { pad: 0, requestedAddress: 50, messageType: 53, end: 255 } as const
const mostOptions = 64
const mostHops = 16 // RFC 1542 section 4.1.1

const bootpNames = ["", "BOOTP request", "BOOTP reply"] as const
const messageTypes = ["", "Discover", "Offer", "Request", "Decline", "ACK", "NAK", "Release", "Inform"] as const

export function describeDhcp(message: Span): Said | undefined {
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

/** The magic cookie stands so far back that a short snap length loses it; then Ethernet's type and size must do. */
function looksLikeDhcp(message: Span): boolean {
  const operation = u8(message, at.operation)
  const ethernet =
    u8(message, at.hardwareType) === 1 && u8(message, at.hardwareLength) === 6 && u8(message, at.hops) <= mostHops
  if ((operation !== 1 && operation !== 2) || !ethernet || wireLength(message) < at.options) return false
  return holds(message, at.options) ? u32(message, at.magic) === magicCookie : holds(message, at.clientMacEnd)
}

function readOptions(options: Span): { type?: number; requested?: string } {
  const found: { type?: number; requested?: string } = {}
  for (let count = 0, offset = 0; count < mostOptions; count++) {
    const value = offset + optionAt.value
    const code = u8(options, offset)
    const length = u8(options, offset + optionAt.length)
    if (code === option.end || !holds(options, value + length)) return found
    if (code === option.messageType && length === 1) found.type = u8(options, value)
    if (code === option.requestedAddress && length === 4) found.requested = ipv4Text(options, value)
    offset = code === option.pad ? offset + 1 : value + length
  }
  return found
}
