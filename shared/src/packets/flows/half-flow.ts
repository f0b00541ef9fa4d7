import { wireLength } from "../span.ts"
import { type TcpSegment, tcpFlag } from "../transport/tcp.ts"
import { windowScaleOf } from "../transport/tcp-options.ts"

/** One direction of a TCP connection, as far as its segments showed it. */
export interface HalfFlow {
  /** What counts as 0: the SYN's number, or the one before the first that was seen. */
  base: number
  /** The number after the furthest that was sent. */
  next: number
  /** Whether any of its own segments was. */
  isSeen: boolean
  /** The furthest that the other side acknowledged of it without its being seen: said once, not of each one that repeats it. */
  unseenTo: number | undefined
  /** The latest acknowledgment; undefined until there was one. */
  acknowledged: number | undefined
  acknowledgedAt: number
  window: number
  duplicates: number
  /** undefined: its SYN had none, or was not seen. */
  scale: number | undefined
  /** Numbers that were jumped over and have not come yet; the latest gap alone. */
  gap: { from: number; to: number } | undefined
  /** When `next` last moved. */
  movedAt: number
  /** Its last segment asked for a sign of life. */
  isKeptAlive: boolean
  /** Packets went by unseen: where it jumps to next, nobody can say what is missing. */
  isResumed: boolean
}

/** SYN and FIN take a number each (RFC 9293 section 3.4). */
export function sequenceLength({ flags, payload }: TcpSegment): number {
  return wireLength(payload) + (flags & tcpFlag.syn ? 1 : 0) + (flags & tcpFlag.fin ? 1 : 0)
}

/** How far `a` is ahead of `b` in numbers that wrap (RFC 1982). */
export function ahead(a: number, b: number): number {
  return (a - b) | 0
}

export function newHalf(segment: TcpSegment, now: number): HalfFlow {
  const isSyn = (segment.flags & tcpFlag.syn) !== 0
  const half = unseenHalf(segment.sequence + (isSyn ? 1 : 0), now)
  return { ...half, next: segment.sequence, scale: isSyn ? windowScaleOf(segment.options) : undefined }
}

/** Of a direction of which no more is known than what the other one acknowledged. */
export function unseenHalf(acknowledgment: number, now: number): HalfFlow {
  return {
    base: (acknowledgment - 1) >>> 0,
    next: acknowledgment,
    isSeen: false,
    unseenTo: undefined,
    acknowledged: undefined,
    acknowledgedAt: now,
    window: 0,
    duplicates: 0,
    scale: undefined,
    gap: undefined,
    movedAt: now,
    isKeptAlive: false,
    isResumed: false,
  }
}

/** Farther away than any window reaches (RFC 7323 section 2.3): another connection. */
const farthest = 2 ** 30

/** After packets that nobody saw: of what it was only the beginning and the scale are still true. */
export function resumed(half: HalfFlow): HalfFlow {
  const { base, next, scale, window, movedAt } = half
  return { ...unseenHalf(next, movedAt), base, scale, window, isResumed: true }
}

/** Whether a segment of a half that was resumed belongs to a later connection between the same ports. */
export function isAnother({ flags, sequence }: TcpSegment, { base, next }: HalfFlow): boolean {
  return (flags & tcpFlag.syn) !== 0 ? base !== sequence : Math.abs(ahead(sequence, next)) > farthest
}
