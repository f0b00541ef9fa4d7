import type { Cursor } from "./cursor.ts"
import { named, services } from "./names.ts"
import { readMac, readNetwork } from "./network.ts"
import { type Connective, negate, type Side, type Tree } from "./tree.ts"
import { type Head, type Over, readValue, type ValueType } from "./value.ts"
import { plainWords } from "./words.ts"

export type { Head } from "./value.ts"

const overs: readonly Over[] = ["ether", "ip", "ip6", "arp", "rarp", "tcp", "udp", "sctp"]
const types: readonly ValueType[] = ["host", "net", "port", "portrange", "proto", "protochain"]
const casts = ["broadcast", "multicast"] as const

/** Words that begin a test with a value: `src host 10.0.0.1`, `tcp port 443`. */
export const qualifiers: readonly string[] = ["ether", "src", "dst", ...types]

const mostValuesNested = 50

export function beginsQualified(cursor: Cursor): boolean {
  if (cursor.is(...qualifiers)) return true
  if (!cursor.is(...overs)) return false
  const { kind, text } = cursor.peek(1)
  return kind === "word" && ([...qualifiers, ...casts].includes(text) || isAddress(text))
}

function isAddress(text: string): boolean {
  return readMac(text) !== undefined || (/[.:]/.test(text) && readNetwork(text) !== undefined)
}

/** pcap's [protocol] [direction] [type] value. */
export function readQualified(cursor: Cursor): { tree: Tree; head?: Head } {
  const over = overs.find((each) => cursor.is(each))
  if (over !== undefined) cursor.next()
  const cast = casts.find((each) => cursor.is(each))
  if (over !== undefined && cast !== undefined) return { tree: readCast(cursor, over, cast) }
  const side = readSide(cursor)
  const type = types.find((each) => cursor.is(each))
  if (type !== undefined) cursor.next()
  const head: Head = { over, side, type }
  return { tree: readValues(cursor, head, 0), head }
}

/** `or 443` after `port 80`: undefined when what stands here is no value of the test before. */
export function readMore(cursor: Cursor, head: Head | undefined): Tree | undefined {
  const { kind, text } = cursor.token
  if (head === undefined || kind !== "word" || beginsTest(cursor, text, head)) return undefined
  return readValue(cursor, head)
}

function beginsTest(cursor: Cursor, text: string, { type }: Head): boolean {
  const { kind, text: next } = cursor.peek(1)
  const operatorFollows = kind === "symbol" && ![")", "&&", "||"].includes(next)
  if (operatorFollows) return true
  if (type === "port" && named(services, text) !== undefined) return false
  if (named(plainWords, text) !== undefined) return true
  return !(/^[0-9:]/.test(text) || isAddress(text))
}

function readCast(cursor: Cursor, over: Over, cast: (typeof casts)[number]): Tree {
  const token = cursor.next()
  if (over === "ether" || over === "ip" || (over === "ip6" && cast === "multicast")) return { kind: "cast", cast, over }
  return cursor.fail(`There is no ${over} ${cast}. What there is: ether or ip ${cast}, ip6 multicast.`, token)
}

function readSide(cursor: Cursor): Side {
  const first = cursor.take("src", "dst")
  if (first === undefined) return "either"
  const other = first === "src" ? "dst" : "src"
  const { text } = cursor.token
  if ((text === "or" || text === "and") && cursor.peek(1).text === other) {
    cursor.next()
    cursor.next()
    return text === "or" ? "either" : "both"
  }
  return first === "src" ? "source" : "destination"
}

/** A value, or values in parentheses: `port (80 or 443)`, `host not 10.0.0.1`. */
function readValues(cursor: Cursor, head: Head, nested: number): Tree {
  if (nested > mostValuesNested) cursor.fail(`Parentheses around values go more than ${mostValuesNested} deep.`)
  let negated = false
  while (cursor.take("not", "!") !== undefined) negated = !negated
  let tree: Tree
  if (cursor.take("(") === undefined) tree = readValue(cursor, head)
  else {
    tree = readValues(cursor, head, nested + 1)
    for (let word = takeConnective(cursor); word !== undefined; word = takeConnective(cursor)) {
      tree = { kind: word, of: [tree, readValues(cursor, head, nested + 1)] }
    }
    cursor.expect(")", "Here ) is missing, or “or” and one more value.")
  }
  return negated ? negate(tree) : tree
}

function takeConnective(cursor: Cursor): Connective | undefined {
  const text = cursor.take("and", "&&", "or", "||")
  if (text === undefined) return undefined
  return text === "and" || text === "&&" ? "and" : "or"
}
