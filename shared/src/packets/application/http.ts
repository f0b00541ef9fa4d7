import type { Said } from "../facts.ts"
import { type Span, u8, u32 } from "../span.ts"
import { lineAt, textAt } from "../text.ts"

const longestLine = 2048
const longestShown = 180
const statusStart = 0x48545450 // "HTTP"
const statusLine = /^HTTP\/1\.[01] [1-5][0-9][0-9](?: |$)/
const requestLine = /^[A-Z][A-Z-]{2,16} [^ ]+ HTTP\/1\.[01]$/
const requestBeginning =
  /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PROPFIND) (?:\/|\*|https?:\/\/|[^ ]+:[0-9]+ )/

/** The first line of an HTTP/1 message (RFC 9112 sections 3 and 4). */
export function describeHttp(payload: Span): Said | undefined {
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
