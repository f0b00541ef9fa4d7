import type { Said } from "../facts.ts"
import { claimed, holds, isCut, type Span, seenLength, u8, u16, u24, wireLength, within } from "../span.ts"
import { clientHelloText, serverHelloText } from "./tls-hello.ts"

const at = { type: 0, version: 1, length: 3, fragment: 5 } as const // RFC 8446 section 5.1
const handshakeAt = { type: 0, length: 1, body: 4 } as const // RFC 8446 section 4
const longestFragment = 0x4000 + 2048 // RFC 5246 section 6.2.3
const contentType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const
const handshakeType = { clientHello: 1, serverHello: 2 } as const
const mostRecords = 8
const mostMessages = 8

const handshakeNames = new Map<number, string>([
  [0, "Hello Request"],
  [4, "New Session Ticket"],
  [5, "End of Early Data"],
  [8, "Encrypted Extensions"],
  [11, "Certificate"],
  [12, "Server Key Exchange"],
  [13, "Certificate Request"],
  [14, "Server Hello Done"],
  [15, "Certificate Verify"],
  [16, "Client Key Exchange"],
  [20, "Finished"],
  [22, "Certificate Status"],
  [24, "Key Update"],
])

/** The records that begin in this segment; undefined unless the first of them looks like one. */
export function describeTls(payload: Span): Said | undefined {
  if (!isRecord(payload)) return undefined
  const parts: string[] = []
  let rest = payload
  for (let count = 0; count < mostRecords && isRecord(rest); count++) {
    const part = recordText(claimed(rest, at.fragment, u16(rest, at.length)), u8(rest, at.type))
    if (part !== parts.at(-1)) parts.push(part)
    rest = within(rest, at.fragment + u16(rest, at.length))
  }
  return { protocol: "TLS", info: parts.join(", ") }
}

function isRecord(span: Span): boolean {
  if (!holds(span, at.fragment)) return false
  const type = u8(span, at.type)
  const version = u16(span, at.version)
  const length = u16(span, at.length)
  const known = type >= contentType.changeCipherSpec && type <= contentType.applicationData
  return known && version >= 0x0300 && version <= 0x0304 && length > 0 && length <= longestFragment
}

function recordText(fragment: Span, type: number): string {
  switch (type) {
    case contentType.changeCipherSpec:
      return "Change Cipher Spec"
    case contentType.alert:
      return alertText(fragment)
    case contentType.handshake:
      return handshakesText(fragment)
    default:
      return "Application Data"
  }
}

function handshakesText(fragment: Span): string {
  const names: string[] = []
  let rest = fragment
  while (names.length < mostMessages && seenLength(rest) >= handshakeAt.body) {
    const length = u24(rest, handshakeAt.length)
    const name = handshakeText(u8(rest, handshakeAt.type), claimed(rest, handshakeAt.body, length))
    // A finished handshake is encrypted: its first bytes are no type and no length.
    if (name === undefined || length > longestFragment * 4) return [...names, "Encrypted Handshake Message"].join(", ")
    names.push(name)
    rest = within(rest, handshakeAt.body + length)
  }
  return names.length > 0 ? names.join(", ") : `Handshake${isCut(fragment) ? " [cut short]" : ""}`
}

function handshakeText(type: number, body: Span): string | undefined {
  if (type === handshakeType.clientHello) return `Client Hello${clientHelloText(body)}`
  if (type === handshakeType.serverHello) return `Server Hello${serverHelloText(body)}`
  return handshakeNames.get(type)
}

const alertLevels = new Map<number, string>([
  [1, "Warning"],
  [2, "Fatal"],
])
const alertNames = new Map<number, string>([
  [0, "Close Notify"],
  [10, "Unexpected Message"],
  [20, "Bad Record MAC"],
  [40, "Handshake Failure"],
  [42, "Bad Certificate"],
  [43, "Unsupported Certificate"],
  [44, "Certificate Revoked"],
  [45, "Certificate Expired"],
  [46, "Certificate Unknown"],
  [47, "Illegal Parameter"],
  [48, "Unknown CA"],
  [49, "Access Denied"],
  [50, "Decode Error"],
  [51, "Decrypt Error"],
  [70, "Protocol Version"],
  [71, "Insufficient Security"],
  [80, "Internal Error"],
  [86, "Inappropriate Fallback"],
  [90, "User Canceled"],
  [109, "Missing Extension"],
  [110, "Unsupported Extension"],
  [112, "Unrecognized Name"],
  [116, "Certificate Required"],
  [120, "No Application Protocol"],
])

function alertText(fragment: Span): string {
  if (wireLength(fragment) !== 2) return "Encrypted Alert"
  const level = alertLevels.get(u8(fragment, 0))
  if (level === undefined || !holds(fragment, 2)) return "Alert"
  const description = u8(fragment, 1)
  return `Alert (${level}, ${alertNames.get(description) ?? `description ${description}`})`
}
