import { packetKeyOf } from "../../filter/key/packet-key.ts"
import type { FilteredRow } from "../../filter/match/row.ts"
import type { DropReason } from "../../model/verdict.ts"
import { ipv4, ipv6, tcp, udp, word, zeros } from "../../packets/samples/build.ts"
import { type LinkType, summarize } from "../../packets/summarize.ts"
import type { AnalysedRow } from "../row.ts"
import type { Surroundings } from "../surroundings.ts"

/** A row that a filter can be asked about, too. */
export type MadeRow = AnalysedRow & FilteredRow

export interface RowParts {
  link?: LinkType
  time?: number
  direction?: "outbound" | "inbound"
  peer?: string
  reason?: DropReason
  marks?: readonly string[]
  packets?: number
  length?: number
}

let number = 0

/** The row of a packet, as the panel would make it; numbered in the order of the calls. */
export function rowOf(bytes: readonly number[], parts: RowParts = {}): MadeRow {
  const { link = "ip", time = 0, direction = "outbound", peer, reason, marks, packets, length = bytes.length } = parts
  const whole = Uint8Array.from(bytes)
  const facts = summarize(whole, length, link)
  const said = (marks ?? []).map((mark) => `[TCP ${mark}] `).join("")
  number++
  return {
    number,
    time,
    direction,
    length,
    ...facts,
    info: said + facts.info,
    verdict: reason !== undefined ? "dropped" : direction === "outbound" ? "sent" : "delivered",
    ...(peer !== undefined && { peer }),
    ...(reason !== undefined && { reason }),
    ...(packets !== undefined && { packets }),
    ...(marks !== undefined && { tcp: { sequence: 1, marks: [...marks] } }),
    key: packetKeyOf(whole, length, link),
  }
}

/** Of a tunnel over UDP, whose interface has no address. */
export const unknownSurroundings: Surroundings = { isOverTcp: () => false, isBroadcast: () => false }

const address = (last: number) => [10, 0, 0, last]
const address6 = (last: number) => [0xfd, ...zeros(14), last]
const unspecified6 = zeros(16)
const mac = (last: number) => [2, 0, 0, 0, 0, last]
const flag = { syn: 0x02, pushAck: 0x18 } as const

/** A segment between 10.0.0.`from` and 10.0.0.`to`, ports 40000 and 443. */
export function segment(from: number, to: number, { syn = false, bytes = 10, isAnswer = false } = {}): number[] {
  const [source, destination] = isAnswer ? ([443, 40_000] as const) : ([40_000, 443] as const)
  const flags = syn ? flag.syn : flag.pushAck
  return ipv4(6, tcp(source, destination, zeros(bytes), { flags }), ends(from, to))
}

export function datagram(from: number, to: number, port = 514): number[] {
  return ipv4(17, udp(port, port, zeros(10)), ends(from, to))
}

export function ping(from: number, to: number, type: 8 | 0 = 8): number[] {
  return ipv4(1, [type, 0, 0, 0, 0, 1, 0, 1, ...zeros(8)], ends(from, to))
}

/** 10.0.0.`from` tells 10.0.0.`to` that packets above `mtu` bytes do not fit. */
export function fragmentationNeeded(from: number, to: number, mtu: number): number[] {
  return ipv4(1, [3, 4, 0, 0, 0, 0, ...word(mtu), ...segment(to, 9)], ends(from, to))
}

function ends(from: number, to: number) {
  return { source: address(from), destination: address(to) }
}

/** Of host `from` with MAC address 02:00:00:00:00:`by`; from 0 it is a probe. */
export function arp(kind: "request" | "reply", by: number, from: number, to: number): number[] {
  const source = from === 0 ? zeros(4) : address(from)
  const head = [0, 1, 8, 0, 6, 4, ...word(kind === "request" ? 1 : 2)]
  const broadcast = kind === "request" ? Array<number>(6).fill(0xff) : mac(to)
  return [...broadcast, ...mac(by), 8, 6, ...head, ...mac(by), ...source, ...zeros(6), ...address(to)]
}

const neighbourFlags = { request: 0, reply: 0x60, proxied: 0x40 } as const // solicited, overriding

/** As `arp`, by neighbour discovery between fd00::`from` and fd00::`to`. */
export function neighbour(kind: "request" | "reply" | "proxied", by: number, from: number, to: number): number[] {
  const isReply = kind !== "request"
  const option = [isReply ? 2 : 1, 1, ...mac(by)]
  const target = address6(isReply ? from : to)
  const message = [
    isReply ? 136 : 135,
    0,
    0,
    0,
    neighbourFlags[kind],
    0,
    0,
    0,
    ...target,
    ...(from === 0 ? [] : option),
  ]
  const source = from === 0 ? unspecified6 : address6(from)
  const packet = ipv6(58, message, { hopLimit: 255, source, destination: address6(to) })
  return [...mac(to), ...mac(by), 0x86, 0xdd, ...packet]
}
