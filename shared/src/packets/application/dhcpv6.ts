import { ipv6Text } from "../address-text.ts"
import type { Said } from "../facts.ts"
import { holds, type Span, u8, u24 } from "../span.ts"
import { hexNumber } from "../text.ts"

const at = { type: 0, transactionId: 1, options: 4 } as const // RFC 8415 section 8
const relayAt = { hopCount: 1, linkAddress: 2, peerAddress: 18, options: 34 } as const // RFC 8415 section 9
const relayForward = 12
const relayReply = 13

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

export function describeDhcpv6(message: Span): Said | undefined {
  const type = u8(message, at.type)
  const name = typeNames[type]
  if (!name || !holds(message, at.options)) return undefined
  if (type !== relayForward && type !== relayReply) {
    return { protocol: "DHCPv6", info: `${name} xid=${hexNumber(u24(message, at.transactionId), 6)}` }
  }
  if (!holds(message, relayAt.options)) return undefined
  return {
    protocol: "DHCPv6",
    info: `${name} link=${ipv6Text(message, relayAt.linkAddress)} peer=${ipv6Text(message, relayAt.peerAddress)}`,
  }
}
