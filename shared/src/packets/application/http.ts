import type { Said } from "../facts.ts"
import { dataField, type Field, field } from "../field.ts"
import { type Span, seenLength, u8, u32, within } from "../span.ts"
import { lineAt, lineLength, textAt } from "../text.ts"
import type { Application } from "./application.ts"

const longestLine = 2048
const longestShown = 180
const mostHeaders = 64
const longestHead = 16_384
const longestLineEnd = 2
const statusStart = 0x48545450 // "HTTP"
const statusLine = /^HTTP\/1\.[01] [1-5][0-9][0-9](?: |$)/
const requestLine = /^[A-Z][A-Z-]{2,16} [^ ].* HTTP\/1\.[01]$/ // a target with blanks is an attack, and to be seen
const requestBeginning =
  /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PROPFIND) (?:\/|\*|https?:\/\/|[^ ]+:[0-9]+ )/

/** The first line of an HTTP/1 message (RFC 9112 sections 3 and 4). */
function describeHttp(payload: Span): Said | undefined {
  if (!startsLikeMethod(payload)) return undefined
  const isStatus = u32(payload, 0) === statusStart
  const line = lineAt(payload, 0, longestLine)
  if (line !== undefined) return (isStatus ? statusLine : requestLine).test(line) ? said(line) : undefined
  const beginning = textAt(payload, 0, longestShown)
  return (isStatus ? statusLine : requestBeginning).test(beginning) ? said(`${beginning} [cut short]`) : undefined
}

/** Three capital letters: what all methods and "HTTP" begin with; cheap enough to ask of every segment. */
function startsLikeMethod(payload: Span): boolean {
  return isCapital(u8(payload, 0)) && isCapital(u8(payload, 1)) && isCapital(u8(payload, 2))
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

function said(line: string): Said {
  return { protocol: "HTTP", info: line }
}

/** The lines up to the empty one, then the body; of long lines the beginning. */
function lines(payload: Span): Field[] {
  const found: Field[] = []
  let offset = 0
  while (found.length < mostHeaders && offset < Math.min(seenLength(payload), longestHead)) {
    const length = lineLength(payload, offset, longestLine)
    if (length === undefined)
      return [...found, headerField(payload, offset, seenLength(payload) - offset, found.length === 0)]
    if (length <= longestLineEnd && lineAt(payload, offset, length) === "")
      return [...found, ...dataField(within(payload, offset + length), "Body")]
    found.push(headerField(payload, offset, length, found.length === 0))
    offset += length
  }
  return found
}

function headerField(payload: Span, offset: number, length: number, isFirst: boolean): Field {
  const line =
    lineAt(payload, offset, Math.min(length, longestShown)) ??
    `${textAt(payload, offset, Math.min(length, longestShown))}…`
  const colon = line.indexOf(":")
  if (isFirst)
    return field(payload, u32(payload, 0) === statusStart ? "Status Line" : "Request Line", offset, length, line)
  if (colon < 1) return field(payload, "Line", offset, length, line)
  return field(payload, line.slice(0, colon), offset, length, line.slice(colon + 1).trim())
}

export const http: Application = { name: "Hypertext Transfer Protocol", describe: describeHttp, fields: lines }
