import { note, type Seen, unseen } from "../amount.ts"
import { oneWayFilter } from "../filter-text.ts"
import { LatestMap } from "../latest-map.ts"
import { type AnalysedRow, packetsOf } from "../row.ts"
import { nameOf, type Stream } from "../stream.ts"
import { counted, type Finding, findingTitles, mostKept } from "./finding.ts"
import type { Rule } from "./rule.ts"

/** One or two happen to every connection. */
export const fewestAgain = 3
/** From this share on, TCP's throughput suffers. */
const harmfulShare = 0.01

/** In the words of TcpMark: plain, fast and spurious ones. */
export function isSentAgain({ tcp }: AnalysedRow): boolean {
  return tcp?.marks.some((mark) => mark.endsWith("Retransmission")) ?? false
}

export const sentAgainFilter = "tcp.analysis.retransmission"

interface Flow {
  stream: Stream
  segments: number
  again: number
  seen: Seen | undefined
}

/** One direction of a connection whose segments are sent again and again. */
export class Retransmissions implements Rule {
  readonly #flows = new LatestMap<string, Flow>(mostKept)

  add(row: AnalysedRow, stream: Stream | undefined): void {
    if (stream?.over !== "TCP") return
    const key = stream.isForth ? stream.key : `back ${stream.key}`
    const flow = this.#flows.getOrMake(key, () => ({ stream, segments: 0, again: 0, seen: undefined }))
    flow.segments += packetsOf(row)
    if (!isSentAgain(row)) return
    flow.again++
    flow.seen ??= unseen(row.time)
    note(flow.seen, row)
  }

  gap(): void {
    // A mark is a fact for itself: who made it knows of the gap.
  }

  findings(): Finding[] {
    return this.#flows.values().flatMap((flow) => findingOf(flow) ?? [])
  }
}

function findingOf({ stream, segments, again, seen }: Flow): Finding | undefined {
  if (seen === undefined || again < fewestAgain) return undefined
  const { source, destination } = stream
  const of = `${counted(again)} of ${counted(segments)} segments`
  return {
    ...seen,
    kind: "retransmissions",
    severity: again >= segments * harmfulShare ? "warning" : "note",
    title: findingTitles.retransmissions,
    what: `${nameOf(source)} sent ${of} to ${nameOf(destination)} again.`,
    advice:
      "They were lost, or what acknowledged them was. See first what is dropped here; if nothing is, ping along the path with large packets and look for a link that is full.",
    count: again,
    filter: `${oneWayFilter(stream)} and ${sentAgainFilter}`,
  }
}
