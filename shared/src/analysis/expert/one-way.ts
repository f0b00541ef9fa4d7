import { protocolNumber } from "../../packets/network/protocol-numbers.ts"
import { note, type Seen, unseen } from "../amount.ts"
import { hostFilter, streamFilter } from "../filter-text.ts"
import { LatestMap } from "../latest-map.ts"
import type { AnalysedRow } from "../row.ts"
import { carriedProtocol, type Endpoint, nameOf, type Stream } from "../stream.ts"
import type { Surroundings } from "../surroundings.ts"
import { counted, type Finding, findingTitles, mostKept } from "./finding.ts"
import { isToGroup } from "./group.ts"
import type { Rule } from "./rule.ts"

type Kind = "TCP" | "ping" | "UDP"

/** So many packets over so long, and nothing back. TCP sends its first packet again after 1 s and 3 s; of UDP some never want an answer. */
const limits = {
  TCP: { packets: 3, ms: 2000 },
  ping: { packets: 3, ms: 2000 },
  UDP: { packets: 10, ms: 5000 },
} as const

interface Way {
  kind: Kind
  /** As its first packet went. */
  stream: Stream
  direction: AnalysedRow["direction"]
  isForth: boolean
  isAnswered: boolean
  /** It acknowledges something, so it hears the other side. */
  acknowledges: boolean
  count: number
  seen: Seen
}

/** Packets that pass in one direction, of a kind that wants answers. */
export class OneWay implements Rule {
  readonly #surroundings: () => Surroundings
  readonly #ways = new LatestMap<string, Way>(mostKept)

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
  }

  add(row: AnalysedRow, stream: Stream | undefined): void {
    const asked = stream && askedBy(row, stream)
    if (stream === undefined || asked === undefined || isToGroup(row.key, this.#surroundings())) return
    const { kind, key, isForth } = asked
    if (kind === "ping" && !isForth) return this.#ways.delete(key)
    const way = this.#ways.getOrMake(key, () => beginning(row, stream, kind, isForth))
    if (way.isForth !== isForth) way.isAnswered = true
    // What was dropped here cannot be answered, and is told of elsewhere.
    if (way.isAnswered || row.verdict === "dropped") return
    if (way.count === 0) way.seen = unseen(row.time)
    way.count++
    if (acknowledges(row)) way.acknowledges = true
    note(way.seen, row)
  }

  gap(): void {
    for (const way of this.#ways.values()) way.count = 0
  }

  findings(): Finding[] {
    return this.#ways.values().filter(isLongEnough).map(findingOf)
  }
}

const echo = new Map<number, { request: number; reply: number }>([
  [protocolNumber.icmp, { request: 8, reply: 0 }],
  [protocolNumber.icmpv6, { request: 128, reply: 129 }],
])

/** What a packet is part of: its connection, the pings of one host to another, or all of UDP between two hosts. */
function askedBy(row: AnalysedRow, stream: Stream): { kind: Kind; key: string; isForth: boolean } | undefined {
  const { source, destination, over, isForth } = stream
  if (over === "TCP") return { kind: "TCP", key: stream.key, isForth }
  if (over === "UDP") {
    const isFirst = source.address <= destination.address
    const [one, other] = isFirst ? [source, destination] : [destination, source]
    return { kind: "UDP", key: `UDP ${one.address} ${other.address}`, isForth: isFirst }
  }
  const types = echo.get(carriedProtocol(row.key) ?? -1)
  if (types === undefined) return undefined
  if (row.key.icmpType === types.request) {
    return { kind: "ping", key: `ping ${source.address} ${destination.address}`, isForth: true }
  }
  if (row.key.icmpType !== types.reply) return undefined
  return { kind: "ping", key: `ping ${destination.address} ${source.address}`, isForth: false }
}

function beginning({ direction, time }: AnalysedRow, stream: Stream, kind: Kind, isForth: boolean): Way {
  const unanswered = { isAnswered: false, acknowledges: false, count: 0, seen: unseen(time) }
  return { kind, stream, direction, isForth, ...unanswered }
}

const flag = { reset: 0x04, acknowledges: 0x10 } as const // RFC 9293 section 3.1

function acknowledges({ key: { tcpFlags = 0 } }: AnalysedRow): boolean {
  return (tcpFlags & (flag.acknowledges | flag.reset)) === flag.acknowledges
}

function isLongEnough({ kind, isAnswered, count, seen }: Way): boolean {
  const { packets, ms } = limits[kind]
  return !isAnswered && count >= packets && seen.last - seen.first >= ms
}

const advice = {
  outbound:
    "Look on the other side: does its route back lead through the tunnel, does a firewall stop this, is the service there?",
  inbound:
    "Look on this host, or behind it: is forwarding on, does a firewall stop this, does the route of the answers lead through the tunnel?",
} as const

function findingOf({ kind, stream, direction, acknowledges: hears, count, seen }: Way): Finding {
  const isTcp = kind === "TCP"
  const named = ({ source, destination }: Record<"source" | "destination", Endpoint>) =>
    isTcp ? [nameOf(source), nameOf(destination)] : [source.address, destination.address]
  const [from, to] = named(stream)
  const sent = `${from} sent ${to} ${counted(count)} ${kind === "ping" ? "pings" : `packets over ${kind}`}`
  const silence = hears
    ? "and acknowledges answers that do not pass here: they take another way."
    : "and nothing came back."
  const unless = kind === "UDP" ? "Some senders want no answer, such as syslog; then all is well. Else: " : ""
  return {
    ...seen,
    kind: "one-way",
    severity: kind === "UDP" ? "note" : "warning",
    title: findingTitles["one-way"],
    what: `${sent}, ${silence}`,
    advice: hears
      ? "Compare the routes of both sides: only one direction leads through this tunnel. Firewalls that follow connections drop such traffic."
      : unless + advice[direction],
    count,
    filter: filterOf(kind, stream),
  }
}

function filterOf(kind: Kind, stream: Stream): string {
  if (kind === "TCP") return streamFilter(stream)
  const hosts = `${hostFilter(stream.source.address)} and ${hostFilter(stream.destination.address)}`
  if (kind === "UDP") return `${hosts} and udp`
  return `${hosts} and ${stream.source.address.includes(":") ? "icmp6" : "icmp"}`
}
