import type { Cursor } from "./cursor.ts"
import { accessors, numberFields } from "./fields.ts"
import { constants, named, readNumber } from "./names.ts"
import { didYouMean } from "./suggest.ts"
import type { Arithmetic, ArithmeticOperator, Comparison, Tree } from "./tree.ts"

/** Both pcap's signs and Wireshark's words. */
export const comparisons: Readonly<Record<string, Comparison>> = {
  "==": "==",
  "=": "==",
  eq: "==",
  "!=": "!=",
  ne: "!=",
  "<": "<",
  lt: "<",
  "<=": "<=",
  le: "<=",
  ">": ">",
  gt: ">",
  ">=": ">=",
  ge: ">=",
}

/** The later binds the tighter. */
const strengths: Readonly<Record<string, number>> = { "|": 1, "^": 1, "&": 2, "<<": 3, ">>": 3, "+": 4, "-": 4, "*": 5 }
const mostNested = 50

/** Whether a number begins here that is to be compared: a field, or a number with an operator behind it. */
export function beginsComparison(cursor: Cursor): boolean {
  const { kind, text } = cursor.token
  if (kind !== "word") return false
  const { text: next } = cursor.peek(1)
  if (named(numberFields, text) !== undefined) return true
  if (next === "[") return true
  const isNumber = readNumber(text) !== undefined || named(constants, text) !== undefined
  return isNumber && (named(comparisons, next) !== undefined || named(strengths, next) !== undefined)
}

/** Whether the parenthesis here holds a number and not a test: an operator of numbers follows its end. */
export function isParenthesizedNumber(cursor: Cursor): boolean {
  if (!cursor.is("(")) return false
  let open = 0
  for (let ahead = 0; ; ahead++) {
    const { kind, text } = cursor.peek(ahead)
    if (kind === "end") return false
    if (kind !== "symbol") continue
    if (text === "(") open++
    if (text !== ")" || --open > 0) continue
    const { text: next } = cursor.peek(ahead + 1)
    return named(comparisons, next) !== undefined || named(strengths, next) !== undefined
  }
}

export function readComparison(cursor: Cursor): Tree {
  const left = readArithmetic(cursor, 0, 0)
  const operator = named(comparisons, cursor.token.text)
  if (cursor.token.kind === "end" || operator === undefined) {
    cursor.fail("A number is compared with something here: == != < <= > or >=, as in “len > 1000”.")
  }
  cursor.next()
  return { kind: "compare", left, operator, right: readArithmetic(cursor, 0, 0) }
}

function readArithmetic(cursor: Cursor, weakest: number, nested: number): Arithmetic {
  let left = readOperand(cursor, nested)
  for (let count = 0; ; count++) {
    const operator = cursor.token.kind === "symbol" ? arithmeticOperator(cursor.token.text) : undefined
    const strength = operator === undefined ? 0 : (strengths[operator] ?? 0)
    if (operator === undefined || strength <= weakest) {
      if (cursor.is("/", "%")) cursor.fail("A filter does not divide. What can be used: + - * & | ^ << >>.")
      return left
    }
    if (count === mostNested) cursor.fail(`A number is made of ${mostNested} parts at most.`)
    cursor.next()
    left = { kind: "operation", operator, left, right: readArithmetic(cursor, strength, nested + 1) }
  }
}

function arithmeticOperator(text: string): ArithmeticOperator | undefined {
  switch (text) {
    case "|":
    case "^":
    case "&":
    case "<<":
    case ">>":
    case "+":
    case "-":
    case "*":
      return text
    default:
      return undefined
  }
}

function readOperand(cursor: Cursor, nested: number): Arithmetic {
  if (cursor.is("(")) {
    const open = cursor.next()
    if (nested === mostNested) cursor.fail(`Parentheses around numbers go more than ${mostNested} deep.`, open)
    const inside = readArithmetic(cursor, 0, nested + 1)
    cursor.expect(")", "Here ) is missing.")
    return inside
  }
  const token = cursor.next()
  if (token.kind === "word") {
    const value = readNumber(token.text) ?? named(constants, token.text)
    if (value !== undefined) return { kind: "number", value }
    const field = named(numberFields, token.text)
    if (field !== undefined) return { kind: "field", field }
    if (cursor.is("[")) return readAccessor(cursor, token.text)
  }
  const meant = didYouMean(token.text, [...Object.keys(numberFields), ...Object.keys(constants)])
  return cursor.fail(`Here a number is missing, or a field that is one, like len.${meant}`, token)
}

/** tcp[tcpflags], tcp[13]: the bytes of a packet that its row still knows. */
function readAccessor(cursor: Cursor, protocol: string): Arithmetic {
  cursor.next()
  const place = cursor.next()
  const known = named(accessors, protocol)
  const field = known && named(known, place.text.replace(/:1$/, ""))
  if (field === undefined) {
    const places = Object.entries(accessors).flatMap(([name, names]) =>
      Object.keys(names).flatMap((each) => (/^\d/.test(each) ? [] : `${name}[${each}]`)),
    )
    cursor.fail(`Only these bytes of a packet can be asked for: ${places.join(", ")}; and ip.ttl.`, place)
  }
  cursor.expect("]", "Here ] is missing.")
  return { kind: "field", field }
}
