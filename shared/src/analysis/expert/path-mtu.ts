import { protocolNumber } from "../../packets/network/protocol-numbers.ts"
import { note, type Seen, unseen } from "../amount.ts"
import { hostFilter } from "../filter-text.ts"
import { LatestMap } from "../latest-map.ts"
import type { AnalysedRow } from "../row.ts"
import { carriedProtocol, type Stream } from "../stream.ts"
import { counted, type Finding, findingTitles, mostKept, times } from "./finding.ts"
import type { Rule } from "./rule.ts"

/** A sender that learns the size is told once or twice. */
const learnsWithin = 2
const fragmentationNeeded = { type: 3, code: 4 } as const // RFC 1191
const packetTooBig = 2 // RFC 4443

const filters = {
  4: "icmp[icmptype] == icmp-unreach and icmp[icmpcode] == 4",
  6: "icmp6[icmp6type] == icmp6-packettoobig",
}

interface Told {
  stream: Stream
  family: 4 | 6
  /** 0: a router that does not say. */
  mtu: number
  count: number
  seen: Seen
}

/** Routers that say that packets do not fit. */
export class PathMtu implements Rule {
  readonly #told = new LatestMap<string, Told>(mostKept)

  add(row: AnalysedRow, stream: Stream | undefined): void {
    const family = familyOfError(row)
    if (family === undefined || stream === undefined) return
    const { mtu = 0 } = row.key
    const key = `${stream.source.address} ${stream.destination.address} ${mtu}`
    const told = this.#told.getOrMake(key, () => ({ stream, family, mtu, count: 0, seen: unseen(row.time) }))
    told.count++
    note(told.seen, row)
  }

  gap(): void {
    // Counts what is certain.
  }

  findings(): Finding[] {
    return this.#told.values().map(findingOf)
  }
}

function familyOfError({ key }: AnalysedRow): 4 | 6 | undefined {
  const protocol = carriedProtocol(key)
  const { icmpType, icmpCode } = key
  if (protocol === protocolNumber.icmp) {
    return icmpType === fragmentationNeeded.type && icmpCode === fragmentationNeeded.code ? 4 : undefined
  }
  return protocol === protocolNumber.icmpv6 && icmpType === packetTooBig ? 6 : undefined
}

function findingOf({ stream, family, mtu, count, seen }: Told): Finding {
  const { source, destination } = stream
  const goesOn = count > learnsWithin
  const size = mtu === 0 ? "are too large" : `above ${counted(mtu)} bytes do not fit`
  const most = mtu === 0 ? "Lower the interface's MTU" : `Set the interface's MTU to ${counted(mtu)}`
  return {
    ...seen,
    kind: "path-mtu",
    severity: goesOn ? "warning" : "note",
    title: findingTitles["path-mtu"],
    what: `${source.address} told ${destination.address} ${times(count)} that packets ${size}.`,
    advice: goesOn
      ? `The sender does not heed it, or a firewall keeps it from hearing. ${most}, or turn on MSS clamping.`
      : "This is how a sender learns the size, and ordinary once. If it goes on, lower the interface's MTU or turn on MSS clamping.",
    count,
    filter: `${filters[family]} and ${hostFilter(source.address, "src")} and ${hostFilter(destination.address, "dst")}`,
  }
}
