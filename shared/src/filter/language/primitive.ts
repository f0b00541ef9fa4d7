import type { Cursor } from "./cursor.ts"
import { readFieldTest } from "./field-test.ts"
import { fields, numberFields } from "./fields.ts"
import { named, readNumber } from "./names.ts"
import { readNetwork } from "./network.ts"
import { beginsQualified, type Head, qualifiers, readQualified } from "./qualified.ts"
import { didYouMean } from "./suggest.ts"
import type { Tree } from "./tree.ts"
import { plainWords } from "./words.ts"

interface Primitive {
  tree: Tree
  /** How a value alone behind it is to be asked. */
  head?: Head
}

/** All words that may begin a test. */
export const firstWords: readonly string[] = [
  ...new Set([
    ...Object.keys(plainWords),
    ...qualifiers,
    ...Object.keys(fields),
    ...Object.keys(numberFields),
    "vlan",
    "less",
    "greater",
    "not",
  ]),
]

const longestVlan = 4095

/** One test that begins with a word. */
export function readPrimitive(cursor: Cursor): Primitive {
  const { token } = cursor
  if (token.kind === "end") {
    return cursor.fail(
      token.at === 0 ? "The filter is empty." : "The filter ends where a test is missing, like “icmp”.",
    )
  }
  if (token.kind !== "word") {
    return cursor.fail(`Here a test is missing, like “icmp” or “host 10.0.0.1”, in place of “${token.written}”.`)
  }
  if (beginsQualified(cursor)) return readQualified(cursor)
  const field = named(fields, token.text)
  if (field !== undefined) {
    cursor.next()
    return { tree: readFieldTest(cursor, token, field) }
  }
  if (token.text === "vlan") return { tree: readVlan(cursor) }
  if (token.text === "less" || token.text === "greater") return { tree: readLength(cursor) }
  const tree = named(plainWords, token.text)
  if (tree !== undefined) {
    cursor.next()
    return { tree }
  }
  if (readNumber(token.text) !== undefined) {
    return cursor.fail(`A number alone says nothing. Did you mean “port ${token.text}” or “len > ${token.text}”?`)
  }
  if (readNetwork(token.text) !== undefined) return readQualified(cursor)
  return cursor.fail(`“${token.written}” is no word of a filter.${didYouMean(token.text, firstWords)}`)
}

function readVlan(cursor: Cursor): Tree {
  cursor.next()
  const id = readNumber(cursor.token.text)
  if (id === undefined) return { kind: "vlan" }
  if (id > longestVlan) cursor.fail(`VLAN ids go from 0 to ${longestVlan}.`)
  cursor.next()
  return { kind: "vlan", id }
}

/** pcap's: both take the length itself in. */
function readLength(cursor: Cursor): Tree {
  const word = cursor.next()
  const value = readNumber(cursor.token.text)
  if (value === undefined) return cursor.fail(`After “${word.written}” a length in bytes is missing.`)
  cursor.next()
  const operator = word.text === "less" ? "<=" : ">="
  return { kind: "compare", left: { kind: "field", field: "length" }, operator, right: { kind: "number", value } }
}
