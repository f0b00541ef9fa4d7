import { FaultFound } from "./fault.ts"

export interface Token {
  kind: "word" | "text" | "symbol" | "end"
  /** Words in lower case, without pcap's backslash; texts without their quotes. */
  text: string
  /** As it stands in the filter. */
  written: string
  at: number
  length: number
}

const space = /\s+/y
const quoted = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy
// Addresses, numbers, names, fields: 10.0.0.0/8, fd00::1, 02:00:00:00:00:01, 6000-6010, ip.addr, no-peer, \tcp
const word = /\\?[\p{L}\p{N}_:](?:[\p{L}\p{N}_.:/-]*[\p{L}\p{N}_:])?/uy
const symbol = /&&|\|\||==|!=|<=|>=|<<|>>|[()[\]{}!=<>&|^+\-*/%,]/y

/** Cuts a filter into words and signs, and an end after the last. Throws FaultFound at a character that is neither. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const blank = matchAt(space, text, at)
    if (blank !== undefined) {
      at += blank[0].length
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token)
    at += token.length
  }
  tokens.push({ kind: "end", text: "", written: "", at, length: 1 })
  return tokens
}

function tokenAt(text: string, at: number): Token {
  const string = matchAt(quoted, text, at)
  if (string !== undefined) {
    const inside = string[1] ?? string[2] ?? ""
    return token("text", inside.replace(/\\(.)/gs, "$1"), string[0], at)
  }
  const name = matchAt(word, text, at)
  if (name !== undefined) return token("word", name[0].replace("\\", "").toLowerCase(), name[0], at)
  const sign = matchAt(symbol, text, at)
  if (sign !== undefined) return token("symbol", sign[0], sign[0], at)
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (character === '"' || character === "'") {
    throw new FaultFound(
      { at, length: text.length - at },
      `The quotation that begins here does not end: add ${character}.`,
    )
  }
  throw new FaultFound({ at, length: character.length }, "This character means nothing in a filter.")
}

function token(kind: Token["kind"], text: string, written: string, at: number): Token {
  return { kind, text, written, at, length: written.length }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}
