import { holds, isCut, type Span, seenLength, u8, u16, within } from "../span.ts"
import { textAt } from "../text.ts"

const at = { version: 0, sessionIdLength: 34, sessionId: 35 } as const // RFC 8446 sections 4.1.2 and 4.1.3
const extensionAt = { type: 0, length: 2, data: 4 } as const // RFC 8446 section 4.2
const extension = { serverName: 0, applicationProtocols: 16, supportedVersions: 43 } as const
const serverNameAt = { listLength: 0, type: 2, length: 3, name: 5 } as const // RFC 6066 section 3
const hostName = 0
const longestName = 255 // RFC 1035 section 2.3.4
const mostExtensions = 64
const mostProtocols = 8

const versionNames = new Map<number, string>([
  [0x0300, "SSL 3.0"],
  [0x0301, "TLS 1.0"],
  [0x0302, "TLS 1.1"],
  [0x0303, "TLS 1.2"],
  [0x0304, "TLS 1.3"],
])

interface Hello {
  serverName?: string
  applicationProtocols?: string
  version?: string
}

/** " (SNI=example.org, ALPN=h2 http/1.1, TLS 1.3)", as far as it was captured. */
export function clientHelloText(body: Span): string {
  if (!holds(body, at.sessionId)) return " [cut short]"
  const cipherSuites = at.sessionId + u8(body, at.sessionIdLength)
  const compression = cipherSuites + 2 + u16(body, cipherSuites)
  const extensions = compression + 1 + u8(body, compression)
  return helloText(body, extensions, clientVersion)
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
  let rest = extensions
  for (let count = 0; count < mostExtensions && holds(rest, extensionAt.data); count++) {
    const length = u16(rest, extensionAt.length)
    const data = within(rest, extensionAt.data, length)
    readExtension(u16(rest, extensionAt.type), data, hello, chosenVersion)
    rest = within(rest, extensionAt.data + length)
  }
}

function readExtension(type: number, data: Span, hello: Hello, chosenVersion: (data: Span) => number): void {
  if (isCut(data)) return
  if (type === extension.serverName && holds(data, serverNameAt.name) && u8(data, serverNameAt.type) === hostName) {
    hello.serverName = textAt(data, serverNameAt.name, Math.min(u16(data, serverNameAt.length), longestName))
  } else if (type === extension.applicationProtocols) {
    hello.applicationProtocols = protocolNames(within(data, 2))
  } else if (type === extension.supportedVersions) {
    setVersion(hello, chosenVersion(data))
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
    if (versionNames.has(version)) highest = Math.max(highest, version)
  }
  return highest
}

function setVersion(hello: Hello, version: number): void {
  const name = versionNames.get(version)
  if (name !== undefined) hello.version = name
}
