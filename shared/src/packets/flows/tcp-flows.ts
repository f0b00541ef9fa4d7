import { packetSpan } from "../span.ts"
import { type LinkType, type PacketFacts, summarize } from "../summarize.ts"
import { type TcpSegment, tcpFlag, withNumbers } from "../transport/tcp.ts"
import { findSegment } from "./find-segment.ts"
import { type HalfFlow, isAnother, newHalf, resumed, unseenHalf } from "./half-flow.ts"
import { advance, marksOf, type TcpMark } from "./marks.ts"

export type { TcpMark } from "./marks.ts"

const defaultFlows = 1024

interface Flow {
  /** Of the side whose endpoint sorts first, and of the other; undefined until it, or an answer to it, was seen. */
  low: HalfFlow | undefined
  high: HalfFlow | undefined
  /** How many gaps there had been when it was last looked at. */
  gaps: number
}

/** A segment by its place in its connection. */
export interface TcpNotes {
  /** From the connection's beginning, or from what was seen first of it. */
  readonly sequence: number
  readonly acknowledgment: number
  /** In bytes, where the scale is known. */
  readonly window: number
  readonly marks: readonly TcpMark[]
}

/** A packet in one line; of a segment also its place. */
export interface FlowFacts extends PacketFacts {
  tcp?: { sequence: number; acknowledgment?: number; marks: TcpMark[] }
}

/** What TCP segments were seen before, connection by connection: a fixed number of these, the longest silent is forgotten. */
export class TcpFlows {
  readonly #most: number
  readonly #flows = new Map<string, Flow>()
  #gaps = 0

  constructor(most = defaultFlows) {
    this.#most = Math.max(1, most)
  }

  get size(): number {
    return this.#flows.size
  }

  /** Packets passed that are not told of: what comes next is not marked for what they may have been. */
  missed(): void {
    this.#gaps++
  }

  /**
   * As summarize, of packets in their order: with relative numbers, and marks in front of what stands out.
   * @param now milliseconds of any clock
   * @param way which way it passed here: what comes in and goes out again is two connections, not one that repeats itself
   */
  summarize(
    bytes: Uint8Array,
    wireLength: number,
    link: LinkType,
    now: number,
    way?: "outbound" | "inbound",
  ): FlowFacts {
    const facts: FlowFacts = summarize(bytes, wireLength, link)
    const segment = facts.sourcePort === undefined ? undefined : findSegment(packetSpan(bytes, wireLength), link)
    if (segment === undefined) return facts
    const notes = this.note(segment, facts, now, way)
    const hasAck = (segment.flags & tcpFlag.ack) !== 0
    if (facts.protocol === "TCP") facts.info = withNumbers(facts.info, notes, hasAck)
    if (notes.marks.length > 0) facts.info = notes.marks.map((mark) => `[TCP ${mark}] `).join("") + facts.info
    const { sequence, acknowledgment } = notes
    facts.tcp = { sequence, ...(hasAck && { acknowledgment }), marks: [...notes.marks] }
    return facts
  }

  /** Takes a segment into account, and says what it is in view of those before. */
  note(segment: TcpSegment, facts: PacketFacts, now: number, way?: "outbound" | "inbound"): TcpNotes {
    const from = `${facts.source} ${facts.sourcePort}`
    const to = `${facts.destination} ${facts.destinationPort}`
    const isLow = from <= to
    const side = way === undefined || isLow === (way === "outbound") ? "" : "+"
    const flow = this.#flow(isLow ? `${from} ${to}${side}` : `${to} ${from}${side}`)
    const known = isLow ? flow.low : flow.high
    const isNew = known !== undefined && startsAnew(segment, known)
    const half = known === undefined || isNew || beginsHere(segment, known) ? newHalf(segment, now) : known
    if (!half.isSeen) half.next = segment.sequence
    if (isNew && isLow) flow.high = undefined
    else if (isNew) flow.low = undefined
    const hasAck = (segment.flags & tcpFlag.ack) !== 0
    const other = (isLow ? flow.high : flow.low) ?? (hasAck ? unseenHalf(segment.acknowledgment, now) : undefined)
    flow.low = isLow ? half : other
    flow.high = isLow ? other : half
    const marks = isNew ? reusedPorts(segment) : marksOf(segment, half, other, now)
    advance(segment, half, other, marks, now)
    return {
      sequence: (segment.sequence - half.base) >>> 0,
      acknowledgment: hasAck ? (segment.acknowledgment - (other?.base ?? 0)) >>> 0 : 0,
      window: segment.window * 2 ** scaleOf(segment, half, other),
      marks,
    }
  }

  #flow(key: string): Flow {
    const found = this.#flows.get(key) ?? { low: undefined, high: undefined, gaps: this.#gaps }
    if (found.gaps !== this.#gaps) {
      found.gaps = this.#gaps
      found.low &&= resumed(found.low)
      found.high &&= resumed(found.high)
    }
    this.#flows.delete(key)
    this.#flows.set(key, found)
    if (this.#flows.size <= this.#most) return found
    for (const oldest of this.#flows.keys()) {
      this.#flows.delete(oldest)
      break
    }
    return found
  }
}

/** A SYN with another number than the one before it: the same ports, another connection. */
function startsAnew(segment: TcpSegment, known: HalfFlow): boolean {
  if (known.isResumed && !known.isSeen) return isAnother(segment, known)
  const { flags, sequence } = segment
  const isFirst = (flags & (tcpFlag.syn | tcpFlag.ack)) === tcpFlag.syn
  return isFirst && known.isSeen && known.base !== sequence
}

/**
 * A SYN of a direction that was only heard of, or one that answers with another number than a reset before it had: the
 * numbers of this direction count from here, those of the other go on.
 */
function beginsHere({ flags, sequence }: TcpSegment, known: HalfFlow): boolean {
  if ((flags & tcpFlag.syn) === 0 || known.isResumed) return false
  return !known.isSeen || ((flags & tcpFlag.ack) !== 0 && known.base !== sequence)
}

/** Of a connection whose beginning was not seen it is not said: what was before may be long ago. */
function reusedPorts({ flags }: TcpSegment): TcpMark[] {
  return (flags & (tcpFlag.syn | tcpFlag.ack)) === tcpFlag.syn ? ["Port numbers reused"] : []
}

/** RFC 7323 section 2.2: both SYNs must have it, and a SYN's own window is never scaled. */
function scaleOf({ flags }: TcpSegment, half: HalfFlow, other: HalfFlow | undefined): number {
  const isScaled = (flags & tcpFlag.syn) === 0 && other?.scale !== undefined
  return isScaled ? (half.scale ?? 0) : 0
}
