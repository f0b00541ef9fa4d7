import { comparisons } from "./comparison.ts"
import type { Cursor } from "./cursor.ts"
import type { Field } from "./fields.ts"
import type { Token } from "./lexer.ts"
import { etherTypes, ipProtocols, named, readNumber } from "./names.ts"
import { readMac, readNetwork } from "./network.ts"
import { didYouMean } from "./suggest.ts"
import type { Comparison, Tree } from "./tree.ts"
import { portOf, readRange } from "./value.ts"

const highestPort = 0xffff
const mostListed = 200

/** `ip.addr == 10.0.0.1`, `reason != replayed`, `tcp.port in {80 443}`, `info contains "SYN"`. */
export function readFieldTest(cursor: Cursor, name: Token, field: Field): Tree {
  if (field.kind === "info") return readContains(cursor, name)
  if (field.kind === "flag") return readFlag(cursor, field.bit)
  if (cursor.is("in") && cursor.peek(1).text === "{") return readList(cursor, name, field)
  const operator = named(comparisons, cursor.token.text)
  if (operator === undefined || cursor.token.kind === "end") {
    return cursor.fail(`After “${name.written}” comes == or !=, and what it is compared with.`)
  }
  const sign = cursor.next()
  if (operator !== "==" && operator !== "!=" && field.kind !== "port") {
    cursor.fail(`“${name.written}” can only be compared with == and !=.`, sign)
  }
  return testOf(cursor, name, field, operator)
}

type Compared = Exclude<Field, { kind: "info" | "flag" }>

function testOf(cursor: Cursor, name: Token, field: Compared, operator: Comparison): Tree {
  const token = cursor.next()
  if (token.kind !== "word" && token.kind !== "text") {
    cursor.fail(`Here is missing what “${name.written}” is compared with.`, token)
  }
  if (field.kind === "word") return wordTest(cursor, token, field, operator === "!=")
  if (field.kind === "port") return portTest(cursor, token, field, operator)
  const test = equals(cursor, token, field)
  if (operator === "==") return test
  // As in Wireshark: another address, not none at all.
  const present = presence(field)
  const differs: Tree = { kind: "not", of: test }
  return present === undefined ? differs : { kind: "and", of: [present, differs] }
}

function readList(cursor: Cursor, name: Token, field: Compared): Tree {
  cursor.next()
  cursor.next()
  const of: Tree[] = []
  while (cursor.take("}") === undefined) {
    if (of.length === mostListed) cursor.fail(`A list has ${mostListed} values at most.`)
    if (of.length > 0) cursor.take(",")
    of.push(testOf(cursor, name, field, "=="))
  }
  const [first] = of
  if (first === undefined) return cursor.fail("The list in { } is empty.")
  return of.length === 1 ? first : { kind: "or", of }
}

function equals(cursor: Cursor, token: Token, field: Exclude<Compared, { kind: "word" | "port" }>): Tree {
  switch (field.kind) {
    case "address": {
      const net = readNetwork(token.text)
      const words = field.over === "ip" ? 1 : 4
      if (net?.words.length === words && /[.:]/.test(token.text)) {
        return { kind: "net", over: field.over, side: field.side, net }
      }
      return cursor.fail(`“${token.written}” is no ${words === 1 ? "IPv4" : "IPv6"} address or network.`, token)
    }
    case "mac": {
      const mac = readMac(token.text)
      if (mac !== undefined) return { kind: "mac", side: field.side, mac }
      return cursor.fail(`“${token.written}” is no MAC address. It is written like 02:00:00:00:00:01.`, token)
    }
    case "vlan":
      return { kind: "vlan", id: numberOf(cursor, token, {}, 4095) }
    case "ether-type":
      return { kind: "ether-type", type: numberOf(cursor, token, etherTypes, 0xffff) }
    case "protocol":
      return { kind: "protocol", over: field.over, number: numberOf(cursor, token, ipProtocols, 0xff) }
  }
}

function presence(field: Exclude<Compared, { kind: "word" | "port" }>): Tree | undefined {
  switch (field.kind) {
    case "address":
    case "protocol":
      return { kind: "ether-type", type: etherTypes[field.over] ?? 0 }
    case "vlan":
      return { kind: "vlan" }
    default:
      return undefined
  }
}

function numberOf(cursor: Cursor, token: Token, names: Readonly<Record<string, number>>, most: number): number {
  const number = readNumber(token.text) ?? named(names, token.text)
  if (number !== undefined && number <= most) return number
  return cursor.fail(`Here a number from 0 to ${most} is missing.`, token)
}

function portTest(
  cursor: Cursor,
  token: Token,
  { over, side }: Extract<Field, { kind: "port" }>,
  operator: Comparison,
): Tree {
  const test = (low: number, high: number): Tree => ({ kind: "port", ...(over && { over }), side, low, high })
  const range = operator === "==" ? readRange(token.text) : undefined
  if (range !== undefined) return test(...range)
  const port = portOf(cursor, token)
  const outside = (is: boolean) => is && cursor.fail("No port is beyond 65535, and none below 0.", token)
  switch (operator) {
    case "==":
      return test(port, port)
    case "!=":
      return { kind: "and", of: [test(0, highestPort), { kind: "not", of: test(port, port) }] }
    case "<":
      outside(port === 0)
      return test(0, port - 1)
    case "<=":
      return test(0, port)
    case ">":
      outside(port === highestPort)
      return test(port + 1, highestPort)
    case ">=":
      return test(port, highestPort)
  }
}

function wordTest(
  cursor: Cursor,
  token: Token,
  { field, values }: Extract<Field, { kind: "word" }>,
  differs: boolean,
): Tree {
  if (values === undefined) {
    const value = token.kind === "text" ? token.text : token.written
    return { kind: "word", field, differs, value: field === "protocol" ? value.toLowerCase() : value }
  }
  const value = named(values, token.text)
  if (value !== undefined) return { kind: "word", field, differs, value }
  const known = Object.keys(values)
  const choice = known.length < 6 ? ` What there is: ${known.join(", ")}.` : ""
  return cursor.fail(`“${token.written}” is no ${field}.${didYouMean(token.text, known) || choice}`, token)
}

function readFlag(cursor: Cursor, bit: number): Tree {
  const flag: Tree = {
    kind: "compare",
    left: {
      kind: "operation",
      operator: "&",
      left: { kind: "field", field: "tcpFlags" },
      right: { kind: "number", value: bit },
    },
    operator: "!=",
    right: { kind: "number", value: 0 },
  }
  if (cursor.take("==", "eq", "=") === undefined) return flag
  if (cursor.take("1", "true") !== undefined) return flag
  if (cursor.take("0", "false") !== undefined) return { ...flag, operator: "==" }
  return cursor.fail("A flag is 1 or 0.")
}

function readContains(cursor: Cursor, name: Token): Tree {
  cursor.expect("contains", `After “${name.written}” comes “contains” and a text: info contains "SYN".`)
  const token = cursor.next()
  if (token.kind !== "text" && token.kind !== "word") cursor.fail('Here a text is missing, like "SYN".', token)
  const text = token.kind === "text" ? token.text : token.written
  if (text === "") cursor.fail("The text is empty.", token)
  return { kind: "contains", text: text.toLowerCase() }
}
