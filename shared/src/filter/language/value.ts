import type { Cursor } from "./cursor.ts"
import type { Token } from "./lexer.ts"
import { etherTypes, ipProtocols, named, readNumber, services } from "./names.ts"
import { isOneHost, type Network, readAddress, readMac, readMask, readNetwork, withPrefix } from "./network.ts"
import { didYouMean } from "./suggest.ts"
import type { Side, Tree } from "./tree.ts"

export type Over = "ether" | "ip" | "ip6" | "arp" | "rarp" | "tcp" | "udp" | "sctp"
export type ValueType = "host" | "net" | "port" | "portrange" | "proto" | "protochain"

/** What is said before a value: how it is to be compared. */
export interface Head {
  over: Over | undefined
  side: Side
  type: ValueType | undefined
}

/** The test of one value. */
export function readValue(cursor: Cursor, head: Head): Tree {
  const { token } = cursor
  if (token.kind !== "word") return cursor.fail(`Here ${wanted[typeFor(token, head)]} is missing.`)
  cursor.next()
  switch (typeFor(token, head)) {
    case "host":
      return hostTest(cursor, token, head)
    case "net":
      return netTest(cursor, token, head)
    case "port":
      return portTest(cursor, token, head, portOf(cursor, token), undefined)
    case "portrange":
      return rangeTest(cursor, token, head)
    case "proto":
    case "protochain":
      return protocolTest(cursor, token, head)
  }
}

const wanted: Readonly<Record<ValueType, string>> = {
  host: "an address",
  net: "a network, like 10.0.0.0/8 or fd00::/64,",
  port: "a port",
  portrange: "a range of ports, like 6000-6010,",
  proto: "a protocol",
  protochain: "a protocol",
}

/** Without a type an address means host, a prefix net. */
function typeFor({ text }: Token, { type }: Head): ValueType {
  return type ?? (text.includes("/") ? "net" : "host")
}

function hostTest(cursor: Cursor, token: Token, head: Head): Tree {
  if (head.over === "ether") return macTest(cursor, token, head.side)
  const net = readAddress(token.text)
  if (net !== undefined) return netOf(cursor, token, head, net)
  if (readMac(token.text) !== undefined) cursor.fail(`A MAC address wants “ether host ${token.written}”.`, token)
  if (readNetwork(token.text)?.prefix !== undefined && token.text.includes("/")) {
    cursor.fail(`This is a network: “net ${token.written}”.`, token)
  }
  if (head.type === undefined && readNumber(token.text) !== undefined) {
    cursor.fail(`An address is missing. Did you mean “port ${token.written}”?`, token)
  }
  return cursor.fail(`“${token.written}” is no IP address. Names are not looked up: write the address.`, token)
}

function netTest(cursor: Cursor, token: Token, head: Head): Tree {
  const net = readNetwork(token.text)
  if (net === undefined) {
    return cursor.fail(`“${token.written}” is no network. It is written like 10.0.0.0/8 or fd00::/64.`, token)
  }
  if (cursor.take("mask") === undefined) return netOf(cursor, token, head, net)
  const mask = cursor.next()
  const prefix = readMask(mask.text)
  if (prefix === undefined || net.words.length !== 1) {
    return cursor.fail("Here a mask like 255.255.255.0 is missing, after an IPv4 address.", mask)
  }
  return netOf(cursor, token, head, withPrefix(net, prefix))
}

function netOf(cursor: Cursor, token: Token, { over, side }: Head, net: Network): Tree {
  switch (over) {
    case undefined:
      return { kind: "net", side, net }
    case "ip":
    case "arp":
    case "rarp":
      if (net.words.length !== 1) cursor.fail(`After ${over} an IPv4 address is missing.`, token)
      return { kind: "net", over, side, net }
    case "ip6":
      if (net.words.length !== 4) cursor.fail("After ip6 an IPv6 address is missing.", token)
      return { kind: "net", over, side, net }
    case "ether":
      return cursor.fail("After ether a MAC address is missing.", token)
    default:
      return cursor.fail(`${over} has no addresses. Write “${over} and ${isOneHost(net) ? "host" : "net"} …”.`, token)
  }
}

function macTest(cursor: Cursor, token: Token, side: Side): Tree {
  const mac = readMac(token.text)
  if (mac !== undefined) return { kind: "mac", side, mac }
  return cursor.fail(`“${token.written}” is no MAC address. It is written like 02:00:00:00:00:01.`, token)
}

/** A port by number or name. */
export function portOf(cursor: Cursor, token: Token): number {
  const port = /^\d{1,5}$/.test(token.text) ? Number(token.text) : named(services, token.text)
  if (port !== undefined && port <= 0xffff) return port
  if (/^\d+$/.test(token.text)) return cursor.fail("Ports go from 0 to 65535.", token)
  if (/^\d+-\d+$/.test(token.text)) return cursor.fail(`A range wants “portrange ${token.written}”.`, token)
  return cursor.fail(`“${token.written}” is no port.${didYouMean(token.text, Object.keys(services))}`, token)
}

function rangeTest(cursor: Cursor, token: Token, head: Head): Tree {
  const ends = readRange(token.text)
  if (ends !== undefined) return portTest(cursor, token, head, ...ends)
  return portTest(cursor, token, head, portOf(cursor, token), undefined)
}

/** `6000-6010`, the smaller one first; undefined when it is no range of ports. */
export function readRange(text: string): readonly [number, number] | undefined {
  const match = /^(\d{1,5})(?:-|\.\.)(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const [low, high] = [Number(match[1]), Number(match[2])].sort((a, b) => a - b)
  return low === undefined || high === undefined || high > 0xffff ? undefined : [low, high]
}

function portTest(cursor: Cursor, token: Token, { over, side }: Head, low: number, high = low): Tree {
  switch (over) {
    case undefined:
      return { kind: "port", side, low, high }
    case "tcp":
    case "udp":
    case "sctp":
      return { kind: "port", over, side, low, high }
    default:
      return cursor.fail(`${over} has no ports. Write “${over} and port …”.`, token)
  }
}

function protocolTest(cursor: Cursor, token: Token, { over, side }: Head): Tree {
  if (side !== "either") cursor.fail("A protocol has no direction: leave src and dst out.", token)
  const [names, most] = over === "ether" ? ([etherTypes, 0xffff] as const) : ([ipProtocols, 0xff] as const)
  const number = readNumber(token.text) ?? named(names, token.text)
  if (number === undefined || number > most) {
    const meant = didYouMean(token.text, Object.keys(names))
    return cursor.fail(
      `“${token.written}” is no protocol here: it is a number up to ${most}, or a name.${meant}`,
      token,
    )
  }
  switch (over) {
    case "ether":
      return { kind: "ether-type", type: number }
    case undefined:
      return { kind: "protocol", number }
    case "ip":
    case "ip6":
      return { kind: "protocol", over, number }
    default:
      return cursor.fail(`“proto” goes with ether, ip or ip6, not with ${over}.`, token)
  }
}
