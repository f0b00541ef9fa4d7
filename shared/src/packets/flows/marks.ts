import { wireLength } from "../span.ts"
import { type TcpSegment, tcpFlag } from "../transport/tcp.ts"
import { ahead, type HalfFlow, sequenceLength } from "./half-flow.ts"

// What stands out in a segment, by what went before it, in the words of Wireshark's analysis.
export type TcpMark =
  | "Retransmission"
  | "Spurious Retransmission"
  | "Fast Retransmission"
  | "Out-Of-Order"
  | "Previous segment not captured"
  | "ACKed unseen segment"
  | "Keep-Alive"
  | "Keep-Alive ACK"
  | "ZeroWindow"
  | "ZeroWindowProbe"
  | "Window Update"
  | "Port numbers reused"
  | `Dup ACK #${number}`

/** A segment that fills a gap this soon was overtaken on its way; later, it was sent again. */
const overtakenWithinMs = 3
/** RFC 5681 section 3.2. */
const duplicatesOfLoss = 2
/** Later than this after the acknowledgment that asked for it, a timer sent it. */
const fastWithinMs = 20
const special = tcpFlag.syn | tcpFlag.fin | tcpFlag.rst

/** What `segment` of `half` is in view of all before it; `other` is the direction it answers. Before `advance`. */
export function marksOf(segment: TcpSegment, half: HalfFlow, other: HalfFlow | undefined, now: number): TcpMark[] {
  const marks: TcpMark[] = []
  const { flags, sequence, window } = segment
  const length = sequenceLength(segment)
  const behind = ahead(sequence, half.next)
  if ((flags & tcpFlag.rst) === 0) {
    if (window === 0 && (flags & special) === 0) marks.push("ZeroWindow")
    if (behind > 0 && !half.isResumed) marks.push("Previous segment not captured")
    const again = sentAgain(segment, half, other, now)
    if (again !== undefined) marks.push(again)
  }
  if ((flags & tcpFlag.ack) === 0 || other === undefined) return marks
  const isUnseen = ahead(segment.acknowledgment, furthestKnown(other)) > 0
  if (isUnseen && other.isSeen && !other.isResumed) marks.push("ACKed unseen segment")
  if (length > 0 || (flags & special) !== 0 || behind !== 0) return marks
  const repeated = repeatedAck(segment, half, other)
  if (repeated !== undefined) marks.push(repeated)
  return marks
}

function furthestKnown({ next, unseenTo }: HalfFlow): number {
  return unseenTo !== undefined && ahead(unseenTo, next) > 0 ? unseenTo : next
}

function sentAgain(segment: TcpSegment, half: HalfFlow, other: HalfFlow | undefined, now: number): TcpMark | undefined {
  const { flags, payload, sequence } = segment
  const length = sequenceLength(segment)
  const behind = ahead(sequence, half.next)
  if (wireLength(payload) <= 1 && behind === -1 && (flags & special) === 0) return "Keep-Alive"
  if (wireLength(payload) === 1 && behind === 0 && other?.window === 0 && other.acknowledged !== undefined)
    return "ZeroWindowProbe"
  if (length === 0 || behind >= 0) return undefined
  const end = sequence + length
  if (other?.acknowledged !== undefined && ahead(other.acknowledged, end) >= 0) return "Spurious Retransmission"
  if (other !== undefined && asksFor(sequence, other) && now - other.acknowledgedAt < fastWithinMs)
    return "Fast Retransmission"
  return fillsGap(half, sequence, end) && now - half.movedAt < overtakenWithinMs ? "Out-Of-Order" : "Retransmission"
}

function asksFor(sequence: number, { acknowledged, duplicates }: HalfFlow): boolean {
  return duplicates >= duplicatesOfLoss && acknowledged === sequence
}

function fillsGap({ gap }: HalfFlow, sequence: number, end: number): boolean {
  return gap !== undefined && ahead(sequence, gap.from) >= 0 && ahead(gap.to, end) >= 0
}

/** Of a segment without data. */
function repeatedAck({ acknowledgment, window }: TcpSegment, half: HalfFlow, other: HalfFlow): TcpMark | undefined {
  if (half.acknowledged !== acknowledgment) return undefined
  if (window === 0) return undefined
  if (window !== half.window) return "Window Update"
  if (ahead(other.next, acknowledgment) > 0) return `Dup ACK #${half.duplicates + 1}`
  return other.isKeptAlive ? "Keep-Alive ACK" : undefined
}

/** Takes the segment into account. */
export function advance(
  segment: TcpSegment,
  half: HalfFlow,
  other: HalfFlow | undefined,
  marks: readonly TcpMark[],
  now: number,
): void {
  const { acknowledgment, flags, sequence, window } = segment
  const end = (sequence + sequenceLength(segment)) >>> 0
  half.isSeen = true
  if (ahead(sequence, half.next) > 0) {
    half.gap = { from: half.next, to: sequence }
    half.isResumed = false
  } else if (half.gap !== undefined && sequence === half.gap.from) half.gap = narrowed(half.gap, end)
  if (ahead(end, half.next) > 0) {
    half.next = end
    half.movedAt = now
  }
  half.isKeptAlive = marks.includes("Keep-Alive")
  if ((flags & tcpFlag.ack) === 0) return
  half.duplicates = marks.some((mark) => mark.startsWith("Dup ACK")) ? half.duplicates + 1 : keptCount(half, segment)
  half.acknowledged = acknowledgment
  half.acknowledgedAt = now
  half.window = window
  if (other === undefined || ahead(acknowledgment, furthestKnown(other)) <= 0) return
  if (!other.isSeen || other.isResumed) other.next = acknowledgment
  else other.unseenTo = acknowledgment
}

/** Data that repeats the same acknowledgment does not end a row of duplicates. */
function keptCount(half: HalfFlow, { acknowledgment }: TcpSegment): number {
  return half.acknowledged === acknowledgment ? half.duplicates : 0
}

function narrowed(gap: { from: number; to: number }, from: number): HalfFlow["gap"] {
  return ahead(gap.to, from) > 0 ? { from, to: gap.to } : undefined
}
