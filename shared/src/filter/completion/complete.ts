import { longestFilter } from "../filter.ts"
import { FaultFound } from "../language/fault.ts"
import { type Field, fields, numberFields } from "../language/fields.ts"
import { type Token, tokenize } from "../language/lexer.ts"
import { etherTypes, ipProtocols, named, services } from "../language/names.ts"
import { firstWords } from "../language/primitive.ts"
import { applications } from "../language/words.ts"

/** What may stand at a place of a filter: one of `words`, instead of the text between `from` and `to`. */
export interface Completion {
  from: number
  to: number
  words: readonly string[]
}

const connectives = ["and", "or"]
const beginnings = new Set(["(", "not", "!", "and", "or", "&&", "||"])
const equalities = ["==", "!="]
const orders = ["==", "!=", ">", ">=", "<", "<="]
const operators = new Set([...orders, "=", "eq", "ne"])
const sided = ["src", "dst"]

/** Words that want others behind them, and whether they may also stand alone. */
const followers: Readonly<Record<string, { words: readonly string[]; isWhole?: true }>> = {
  tcp: { words: ["port", "portrange", ...sided], isWhole: true },
  udp: { words: ["port", "portrange", ...sided], isWhole: true },
  sctp: { words: ["port", "portrange", ...sided], isWhole: true },
  ip: { words: ["host", "net", ...sided, "proto", "broadcast", "multicast"], isWhole: true },
  ip6: { words: ["host", "net", ...sided, "proto", "multicast"], isWhole: true },
  arp: { words: ["host", "net", ...sided], isWhole: true },
  ether: { words: ["host", ...sided, "proto", "broadcast", "multicast"] },
  src: { words: ["host", "net", "port", "portrange"] },
  dst: { words: ["host", "net", "port", "portrange"] },
  host: { words: [] },
  net: { words: [] },
  mask: { words: [] },
  port: { words: Object.keys(services) },
  portrange: { words: [] },
  proto: { words: Object.keys(ipProtocols) },
  protochain: { words: Object.keys(ipProtocols) },
  less: { words: [] },
  greater: { words: [] },
}

/** Total: where nothing can be said, there are no words. `caret` counts characters from 0. */
export function complete(text: string, caret: number): Completion {
  if (text.length > longestFilter) return { from: caret, to: caret, words: [] }
  // A name goes on behind its dot: `tcp.` alone is no word.
  const dot = /[\p{L}\p{N}_]\.$/u.test(text.slice(0, caret)) ? "." : ""
  const before = tokensOf(text.slice(0, caret - dot.length))
  if (before === undefined) return { from: caret, to: caret, words: [] }
  const last = before.at(-1)
  const isTyped = last?.kind === "word" && last.at + last.length === caret - dot.length
  const typed = isTyped ? last.text + dot : ""
  const from = isTyped ? last.at : caret
  const rest = /^[\p{L}\p{N}_.:/-]*/u.exec(text.slice(caret))?.[0].length ?? 0
  const words = wordsAfter(isTyped ? before.slice(0, -1) : before).filter((word) => word.startsWith(typed))
  return { from, to: caret + rest, words: words.length === 1 && words[0] === typed ? [] : words }
}

function tokensOf(text: string): Token[] | undefined {
  try {
    return tokenize(text).slice(0, -1)
  } catch (error) {
    if (error instanceof FaultFound) return undefined
    throw error
  }
}

function wordsAfter(tokens: readonly Token[]): readonly string[] {
  const last = tokens.at(-1)
  if (last === undefined || (last.kind !== "text" && beginnings.has(last.text))) return firstWords
  const before = tokens.at(-2)?.text ?? ""
  if (last.kind === "symbol" || operators.has(last.text))
    return operators.has(last.text) ? valuesOf(before) : afterSign(last)
  if (last.kind === "text") return connectives
  const field = named(fields, last.text)
  if (field !== undefined) return operatorsOf(field)
  if (named(numberFields, last.text) !== undefined) return orders
  if (last.text === "proto" && before === "ether") return Object.keys(etherTypes)
  const follower = named(followers, last.text)
  if (follower === undefined || operators.has(before)) return connectives
  return follower.isWhole ? [...connectives, ...follower.words] : follower.words
}

function afterSign({ text }: Token): readonly string[] {
  return text === ")" || text === "}" ? connectives : []
}

function operatorsOf(field: Field): readonly string[] {
  switch (field.kind) {
    case "info":
      return ["contains"]
    case "port":
      return orders
    case "flag":
      return ["==", ...connectives]
    default:
      return equalities
  }
}

function valuesOf(name: string): readonly string[] {
  const field = named(fields, name)
  if (field?.kind === "flag") return ["1", "0"]
  if (field?.kind === "protocol") return Object.keys(ipProtocols)
  if (field?.kind === "ether-type") return Object.keys(etherTypes)
  if (field?.kind === "port") return Object.keys(services)
  if (field?.kind !== "word") return []
  if (field.values !== undefined) return Object.keys(field.values)
  return field.field === "protocol" ? applications : []
}
