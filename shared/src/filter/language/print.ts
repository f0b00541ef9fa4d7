import { isOneHost, macAsText, networkText } from "./network.ts"
import type { Arithmetic, NumberField, Side, Test, Tree } from "./tree.ts"

/** A filter in one spelling, whatever it was written in; parsed again, it is the same tree. */
export function printTree(tree: Tree): string {
  switch (tree.kind) {
    case "and":
    case "or":
      return tree.of.map(printPart).join(` ${tree.kind} `)
    case "not":
      return `not ${printPart(tree.of)}`
    default:
      return printTest(tree)
  }
}

function printPart(tree: Tree): string {
  return tree.kind === "and" || tree.kind === "or" ? `(${printTree(tree)})` : printTree(tree)
}

function printTest(test: Test): string {
  switch (test.kind) {
    case "net":
      return phrase(test.over, sideText[test.side], isOneHost(test.net) ? "host" : "net", networkText(test.net))
    case "port":
      return test.low === test.high
        ? phrase(test.over, sideText[test.side], "port", `${test.low}`)
        : phrase(test.over, sideText[test.side], "portrange", `${test.low}-${test.high}`)
    case "mac":
      return phrase("ether", sideText[test.side], "host", macAsText(test.mac))
    case "ether-type":
      return `ether proto 0x${test.type.toString(16).padStart(4, "0")}`
    case "protocol":
      return phrase(test.over, undefined, "proto", `${test.number}`)
    case "vlan":
      return test.id === undefined ? "vlan" : `vlan ${test.id}`
    case "cast":
      return phrase(test.over, undefined, test.cast)
    case "compare":
      return `${printArithmetic(test.left)} ${test.operator} ${printArithmetic(test.right)}`
    case "word":
      return `${test.field} ${test.differs ? "!=" : "=="} ${quote(test.value)}`
    case "contains":
      return `info contains ${quote(test.text)}`
    case "injected":
      return "injected"
    case "tcp-analysis":
      return `tcp.analysis.${test.name ?? "flags"}`
  }
}

const sideText: Readonly<Record<Side, string | undefined>> = {
  source: "src",
  destination: "dst",
  both: "src and dst",
  either: undefined,
}

const numberText: Readonly<Record<NumberField, string>> = {
  length: "len",
  hopLimit: "ttl",
  tcpFlags: "tcp[tcpflags]",
  icmpType: "icmp[icmptype]",
  icmpCode: "icmp[icmpcode]",
  icmpMtu: "icmp.mtu",
  icmp6Type: "icmp6[icmp6type]",
  icmp6Code: "icmp6[icmp6code]",
  icmp6Mtu: "icmpv6.mtu",
  arpOperation: "arp.opcode",
}

function printArithmetic(number: Arithmetic): string {
  switch (number.kind) {
    case "number":
      return `${number.value}`
    case "field":
      return numberText[number.field]
    case "operation":
      return `(${printArithmetic(number.left)} ${number.operator} ${printArithmetic(number.right)})`
  }
}

function phrase(...words: readonly (string | undefined)[]): string {
  return words.filter((word) => word !== undefined).join(" ")
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`
}
