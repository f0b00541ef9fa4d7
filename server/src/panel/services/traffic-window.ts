import type { TransportSwap, TunnelStats } from "@tundeck/shared"

type Phase = TransportSwap["before"]

const windowMs = 30_000
/** Counters are sums, so a few points are as good as many: eight cover the window. */
const pointEveryMs = 5000

interface Point {
  time: number
  outboundBytes: number
  inboundBytes: number
  /** Sums over the round trips that were measured up to here. */
  roundTrips: number
  roundTripsMs: number
}

const keys = ["time", "outboundBytes", "inboundBytes", "roundTrips", "roundTripsMs"] as const

/** What a tunnel carried during the last 30 seconds, from its counters now and then. One that carries nothing is two points. */
export class TrafficWindow {
  #points: Point[] = []

  /** False when the counters have begun anew, or the clock was set back: the window then begins with this sample. */
  add(time: number, stats: TunnelStats): boolean {
    const last = this.#points.at(-1)
    const measured = stats.roundTripMs !== null
    const point = {
      time,
      outboundBytes: stats.outbound.bytes,
      inboundBytes: stats.inbound.bytes,
      roundTrips: (last?.roundTrips ?? 0) + Number(measured),
      roundTripsMs: (last?.roundTripsMs ?? 0) + (stats.roundTripMs ?? 0),
    }
    const isOld = last !== undefined && keys.some((key) => point[key] < last[key])
    if (isOld) this.#points = []
    this.#put(point)
    return !isOld
  }

  average(): Phase {
    const last = this.#points.at(-1)
    const base = last && this.#at(last.time - windowMs)
    if (last === undefined || base === undefined || last.time === base.time) {
      return { seconds: 0, outboundBitsPerSecond: 0, inboundBitsPerSecond: 0, roundTripMs: null }
    }
    const seconds = (last.time - base.time) / 1000
    const roundTrips = last.roundTrips - base.roundTrips
    return {
      seconds,
      outboundBitsPerSecond: Math.round(((last.outboundBytes - base.outboundBytes) * 8) / seconds),
      inboundBitsPerSecond: Math.round(((last.inboundBytes - base.inboundBytes) * 8) / seconds),
      roundTripMs: roundTrips > 0 ? (last.roundTripsMs - base.roundTripsMs) / roundTrips : null,
    }
  }

  #put(point: Point): void {
    const points = this.#points
    const [previous, last] = points.slice(-2)
    if (previous && last && (point.time - previous.time < pointEveryMs || isIdle(previous, last, point))) points.pop()
    points.push(point)
    while (points[1] !== undefined && points[1].time <= point.time - windowMs) points.shift()
  }

  /** The sums at a time within the window, as if they had grown evenly between the points around it. */
  #at(time: number): Point | undefined {
    const [first, second] = this.#points
    if (first === undefined || second === undefined || first.time >= time) return first
    const share = (time - first.time) / (second.time - first.time)
    const between = (key: keyof Point) => first[key] + (second[key] - first[key]) * share
    return {
      time,
      outboundBytes: between("outboundBytes"),
      inboundBytes: between("inboundBytes"),
      roundTrips: between("roundTrips"),
      roundTripsMs: between("roundTripsMs"),
    }
  }
}

function isIdle(previous: Point, last: Point, point: Point): boolean {
  const bytes = ({ outboundBytes, inboundBytes }: Point) => outboundBytes + inboundBytes
  return bytes(previous) === bytes(last) && bytes(last) === bytes(point)
}
