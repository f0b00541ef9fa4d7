import { type Field, type FieldTable, field, readFields } from "../field.ts"
import { decimal, nameText, rawBytes } from "../readers.ts"
import { holds, isCut, type Span, seenLength, u8, u16, within } from "../span.ts"
import { textAt } from "../text.ts"

const at = { version: 0, random: 2, sessionIdLength: 34, sessionId: 35 } as const // RFC 8446 sections 4.1.2 and 4.1.3
const extensionAt = { type: 0, length: 2, data: 4 } as const // RFC 8446 section 4.2
const extension = { serverName: 0, applicationProtocols: 16, supportedVersions: 43 } as const
const serverNameAt = { listLength: 0, type: 2, length: 3, name: 5 } as const // RFC 6066 section 3
const hostName = 0
const longestName = 255 // RFC 1035 section 2.3.4
const mostExtensions = 64
const mostProtocols = 8

export const versionNames = new Map<number, string>([
  [0x0300, "SSL 3.0"],
  [0x0301, "TLS 1.0"],
  [0x0302, "TLS 1.1"],
  [0x0303, "TLS 1.2"],
  [0x0304, "TLS 1.3"],
])

const draftsOf13 = 0x7f // RFC 8446's drafts, by their number in the low byte

function versionName(version: number): string | undefined {
  return version >> 8 === draftsOf13 ? `TLS 1.3 draft ${version & 0xff}` : versionNames.get(version)
}

/** A draft of TLS 1.3 stands between 1.2 and 1.3. */
function versionOrder(version: number): number {
  return version >> 8 === draftsOf13 ? 0x0303 + (version & 0xff) / 0x100 : version
}

interface Hello {
  serverName?: string
  applicationProtocols?: string
  version?: string
  /** The number in the extension that outdoes the version in front. */
  chosen?: number
}

/** " (SNI=example.org, ALPN=h2 http/1.1, TLS 1.3)", as far as it was captured. */
export function clientHelloText(body: Span): string {
  if (!holds(body, at.sessionId)) return " [cut short]"
  return helloText(body, clientParts(body).extensions, clientVersion)
}

function clientParts(body: Span) {
  const cipherSuites = at.sessionId + u8(body, at.sessionIdLength)
  const compression = cipherSuites + 2 + u16(body, cipherSuites)
  return { cipherSuites, compression, extensions: compression + 1 + u8(body, compression) }
}

export function serverHelloText(body: Span): string {
  if (!holds(body, at.sessionId)) return " [cut short]"
  const cipherSuite = at.sessionId + u8(body, at.sessionIdLength)
  return helloText(body, cipherSuite + 3, (data) => u16(data, 0))
}

function helloText(body: Span, extensionsAt: number, chosenVersion: (data: Span) => number): string {
  const hello: Hello = {}
  // The version in front is the truth only where no extension says otherwise.
  if (!isCut(body)) setVersion(hello, u16(body, at.version))
  if (holds(body, extensionsAt + 2)) readExtensions(within(body, extensionsAt + 2), hello, chosenVersion)
  const { serverName, applicationProtocols, version } = hello
  const said: string[] = []
  if (serverName !== undefined) said.push(`SNI=${serverName}`)
  if (applicationProtocols !== undefined) said.push(`ALPN=${applicationProtocols}`)
  if (version !== undefined) said.push(version)
  return (said.length > 0 ? ` (${said.join(", ")})` : "") + (isCut(body) ? " [cut short]" : "")
}

function readExtensions(extensions: Span, hello: Hello, chosenVersion: (data: Span) => number): void {
  eachExtension(extensions, (type, data) => readExtension(type, data, hello, chosenVersion))
}

function eachExtension(extensions: Span, visit: (type: number, data: Span, whole: Span) => void): void {
  let rest = extensions
  for (let count = 0; count < mostExtensions && holds(rest, extensionAt.data); count++) {
    const length = u16(rest, extensionAt.length)
    visit(
      u16(rest, extensionAt.type),
      within(rest, extensionAt.data, length),
      within(rest, 0, extensionAt.data + length),
    )
    rest = within(rest, extensionAt.data + length)
  }
}

/** Each kind stands once at most (RFC 8446 section 4.2): of more, the first is read. */
function readExtension(type: number, data: Span, hello: Hello, chosenVersion: (data: Span) => number): void {
  if (isCut(data)) return
  if (type === extension.serverName && holds(data, serverNameAt.name) && u8(data, serverNameAt.type) === hostName) {
    hello.serverName ??= textAt(data, serverNameAt.name, Math.min(u16(data, serverNameAt.length), longestName))
  } else if (type === extension.applicationProtocols) {
    hello.applicationProtocols ??= protocolNames(within(data, 2))
  } else if (type === extension.supportedVersions && hello.chosen === undefined) {
    hello.chosen = chosenVersion(data)
    setVersion(hello, hello.chosen)
  }
}

/** RFC 7301 section 3.1: each name with its length before it. */
function protocolNames(list: Span): string {
  const names: string[] = []
  for (let offset = 0; offset < seenLength(list) && names.length < mostProtocols; ) {
    const length = u8(list, offset)
    names.push(textAt(list, offset + 1, length))
    offset += 1 + length
  }
  return names.join(" ")
}

/** The highest of the offered versions that is one; the others are there to test tolerance (RFC 8701). */
function clientVersion(data: Span): number {
  let highest = 0
  const stop = Math.min(1 + u8(data, 0), seenLength(data))
  for (let offset = 1; offset + 1 < stop; offset += 2) {
    const version = u16(data, offset)
    if (versionName(version) !== undefined && versionOrder(version) > versionOrder(highest)) highest = version
  }
  return highest
}

function setVersion(hello: Hello, version: number): void {
  const name = versionName(version)
  if (name !== undefined) hello.version = name
}

const head: FieldTable = [
  ["Version", at.version, 2, (span, offset) => nameText([], u16(span, offset), versionName(u16(span, offset)))],
  ["Random", at.random, 32, rawBytes],
  ["Session ID Length", at.sessionIdLength, 1, decimal],
]

function headFields(body: Span): Field[] {
  const length = u8(body, at.sessionIdLength)
  const session: FieldTable = length > 0 ? [["Session ID", at.sessionId, length, rawBytes]] : []
  return readFields(body, [...head, ...session])
}

export function clientHelloFields(body: Span): Field[] {
  const found = headFields(body)
  const { cipherSuites, compression, extensions } = clientParts(body)
  if (!holds(body, extensions)) return found
  const count = u16(body, cipherSuites) / 2
  found.push(field(body, "Cipher Suites", cipherSuites, 2 + u16(body, cipherSuites), `${count} offered`))
  found.push(
    field(body, "Compression Methods", compression, 1 + u8(body, compression), `${u8(body, compression)} offered`),
  )
  return [...found, ...extensionFields(within(body, extensions + 2), clientVersion)]
}

export function serverHelloFields(body: Span): Field[] {
  const cipherSuite = at.sessionId + u8(body, at.sessionIdLength)
  if (!holds(body, cipherSuite + 3)) return headFields(body)
  const chosen = readFields(body, [
    ["Cipher Suite", cipherSuite, 2, (span, offset) => rawBytes(span, offset, 2)],
    ["Compression Method", cipherSuite + 2, 1, decimal],
  ])
  return [...headFields(body), ...chosen, ...extensionFields(within(body, cipherSuite + 5), (data) => u16(data, 0))]
}

const extensionNames = new Map<number, string>([
  [0, "server_name"],
  [5, "status_request"],
  [10, "supported_groups"],
  [11, "ec_point_formats"],
  [13, "signature_algorithms"],
  [15, "heartbeat"],
  [16, "application_layer_protocol_negotiation"],
  [18, "signed_certificate_timestamp"],
  [21, "padding"],
  [22, "encrypt_then_mac"],
  [23, "extended_master_secret"],
  [24, "token_binding"],
  [27, "compress_certificate"],
  [28, "record_size_limit"],
  [34, "delegated_credential"],
  [35, "session_ticket"],
  [41, "pre_shared_key"],
  [42, "early_data"],
  [43, "supported_versions"],
  [44, "cookie"],
  [45, "psk_key_exchange_modes"],
  [49, "post_handshake_auth"],
  [50, "signature_algorithms_cert"],
  [51, "key_share"],
  [57, "quic_transport_parameters"],
  [13172, "next_protocol_negotiation"],
  [17513, "application_settings"],
  [30032, "channel_id"],
  [65037, "encrypted_client_hello"],
  [65281, "renegotiation_info"],
])

/** Stands there to keep others tolerant (RFC 8701). */
function isGreased(type: number): boolean {
  return (type & 0x0f0f) === 0x0a0a && type >> 8 === (type & 0xff)
}

function extensionFields(extensions: Span, chosenVersion: (data: Span) => number): Field[] {
  const found: Field[] = []
  const read = new Set<number>()
  eachExtension(extensions, (type, data, whole) => {
    const hello: Hello = {}
    if (!read.has(type)) readExtension(type, data, hello, chosenVersion)
    read.add(type)
    const known = hello.serverName ?? hello.applicationProtocols ?? hello.version
    const text = known ?? rawBytes(data, 0, seenLength(data))
    const name = nameText(extensionNames, type, isGreased(type) ? "GREASE" : undefined)
    found.push(field(whole, "Extension", 0, seenLength(whole), text === "" ? name : `${name}: ${text}`))
  })
  return found
}
