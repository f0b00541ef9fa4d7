import type { Said } from "../facts.ts"
import { dataField, type Field, type FieldTable, missing, readFields, wholeField } from "../field.ts"
import { counted, named } from "../readers.ts"
import { claimed, holds, isCut, type Span, seenLength, u8, u16, u24, within } from "../span.ts"
import type { Application } from "./application.ts"
import { alertText } from "./tls-alert.ts"
import { clientHelloFields, clientHelloText, serverHelloFields, serverHelloText, versionNames } from "./tls-hello.ts"

const at = { type: 0, version: 1, length: 3, fragment: 5 } as const // RFC 8446 section 5.1
const handshakeAt = { type: 0, length: 1, body: 4 } as const // RFC 8446 section 4
const longestFragment = 0x4000 + 2048 // RFC 5246 section 6.2.3
const contentType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const
const handshakeType = { clientHello: 1, serverHello: 2 } as const
const mostRecords = 8
const mostMessages = 8
const encrypted = "Encrypted Handshake Message"

const handshakeNames = new Map<number, string>([
  [0, "Hello Request"],
  [1, "Client Hello"],
  [2, "Server Hello"],
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
function describeTls(payload: Span): Said | undefined {
  if (!isRecord(payload)) return undefined
  const parts: string[] = []
  eachRecord(payload, (record, fragment) => {
    const part = recordText(fragment, u8(record, at.type))
    if (part !== parts.at(-1)) parts.push(part)
  })
  return { protocol: "TLS", info: parts.join(", ") }
}

/** Gives back what follows the last record that was visited. */
function eachRecord(payload: Span, visit: (record: Span, fragment: Span) => void): Span {
  let rest = payload
  for (let count = 0; count < mostRecords && isRecord(rest); count++) {
    const length = u16(rest, at.length)
    visit(claimed(rest, 0, at.fragment + length), claimed(rest, at.fragment, length))
    rest = within(rest, at.fragment + length)
  }
  return rest
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
  const rest = eachHandshake(fragment, (message, body) => {
    names.push(handshakeText(u8(message, handshakeAt.type), body))
  })
  if (rest !== undefined) names.push(encrypted)
  return names.length > 0 ? names.join(", ") : `Handshake${isCut(fragment) ? " [cut short]" : ""}`
}

/** Gives back what is encrypted: a finished handshake's first bytes are no type and no length. */
function eachHandshake(fragment: Span, visit: (message: Span, body: Span) => void): Span | undefined {
  let rest = fragment
  for (let count = 0; count < mostMessages && seenLength(rest) >= handshakeAt.body; count++) {
    const length = u24(rest, handshakeAt.length)
    if (!handshakeNames.has(u8(rest, handshakeAt.type)) || length > longestFragment * 4) return rest
    visit(claimed(rest, 0, handshakeAt.body + length), claimed(rest, handshakeAt.body, length))
    rest = within(rest, handshakeAt.body + length)
  }
  return undefined
}

function handshakeText(type: number, body: Span): string {
  const name = handshakeNames.get(type) ?? encrypted
  if (type === handshakeType.clientHello) return name + clientHelloText(body)
  return type === handshakeType.serverHello ? name + serverHelloText(body) : name
}

const recordFields: FieldTable = [
  [
    "Content Type",
    at.type,
    1,
    named(
      new Map([
        [20, "Change Cipher Spec"],
        [21, "Alert"],
        [22, "Handshake"],
        [23, "Application Data"],
      ]),
    ),
  ],
  ["Version", at.version, 2, named(versionNames)],
  ["Length", at.length, 2, counted("bytes")],
]
const handshakeFields: FieldTable = [
  ["Handshake Type", handshakeAt.type, 1, named(handshakeNames)],
  ["Length", handshakeAt.length, 3, counted("bytes")],
]

function fieldsOf(payload: Span): Field[] {
  const found: Field[] = []
  const rest = eachRecord(payload, (record, fragment) => {
    const type = u8(record, at.type)
    const children = [...readFields(record, recordFields), ...fragmentFields(fragment, type)]
    found.push(wholeField(record, "Record", recordText(fragment, type), children))
  })
  return [...found, ...dataField(rest, found.length === mostRecords ? "More records" : "Rest")]
}

function fragmentFields(fragment: Span, type: number): Field[] {
  if (type === contentType.alert) return [wholeField(fragment, "Alert Message", alertText(fragment))]
  if (type !== contentType.handshake) return dataField(fragment)
  const messages: Field[] = []
  const rest = eachHandshake(fragment, (message, body) => {
    const kind = u8(message, handshakeAt.type)
    const children = [...readFields(message, handshakeFields), ...bodyFields(kind, body)]
    if (isCut(body)) children.push(missing(body))
    messages.push(wholeField(message, "Handshake", handshakeText(kind, body), children))
  })
  return rest === undefined ? messages : [...messages, wholeField(rest, "Handshake", encrypted)]
}

function bodyFields(type: number, body: Span): Field[] {
  if (type === handshakeType.clientHello) return clientHelloFields(body)
  return type === handshakeType.serverHello ? serverHelloFields(body) : dataField(body)
}

export const tls: Application = { name: "Transport Layer Security", describe: describeTls, fields: fieldsOf }
