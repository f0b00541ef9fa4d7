import type { Direction, DropReason, TunnelStats } from "@tundeck/shared"

/** What the charts remember: one sample a second for ten minutes, in arrays that all tunnels share the times of. */
export const historySeconds = 600
const dropWindowMs = 60_000

export interface Rates {
  /** Bytes of inner packets in a second. */
  outbound: number
  inbound: number
}

export interface RecentDrop {
  direction: Direction
  reason: DropReason
  packets: number
}

/** Points in the order of time; Unix ms and bytes in a second. */
export interface RateSeries {
  times: Float64Array
  outbound: Float64Array
  inbound: Float64Array
}

interface Lane {
  outbound: Float64Array
  inbound: Float64Array
  /** The first sample has no rate yet: the counter's growth is not known. */
  firstSample: number
  seenAt: number
  stats: TunnelStats
  drops: (RecentDrop & { time: number })[]
}

export class TrafficHistory {
  readonly #times = new Float64Array(historySeconds)
  readonly #lanes = new Map<string, Lane>()
  #samples = 0

  /** `time` in Unix ms; the tunnels that are not named do not run. */
  record(time: number, items: readonly { id: string; stats: TunnelStats }[]): void {
    const slot = this.#samples % historySeconds
    this.#times[slot] = time
    for (const lane of this.#lanes.values()) {
      lane.outbound[slot] = 0
      lane.inbound[slot] = 0
      lane.drops = lane.drops.filter((drop) => drop.time > time - dropWindowMs)
    }
    for (const { id, stats } of items) {
      const lane = this.#lanes.get(id)
      if (lane === undefined) this.#lanes.set(id, newLane(this.#samples, time, stats))
      else advance(lane, slot, time, stats)
    }
    this.#samples++
  }

  stats(id: string): TunnelStats | undefined {
    return this.#lanes.get(id)?.stats
  }

  rates(id: string): Rates {
    const lane = this.#lanes.get(id)
    if (lane === undefined || this.#samples === 0) return { outbound: 0, inbound: 0 }
    const slot = (this.#samples - 1) % historySeconds
    return { outbound: lane.outbound[slot] ?? 0, inbound: lane.inbound[slot] ?? 0 }
  }

  /** The newest `seconds` points, oldest first; fewer when the page, or its knowledge of the tunnel, is younger. */
  series(id: string, seconds: number): RateSeries {
    const lane = this.#lanes.get(id)
    const known = lane === undefined ? 0 : this.#samples - lane.firstSample - 1
    const length = Math.min(seconds, known, historySeconds)
    const series = {
      times: new Float64Array(length),
      outbound: new Float64Array(length),
      inbound: new Float64Array(length),
    }
    for (let i = 0; i < length; i++) {
      const slot = (this.#samples - length + i) % historySeconds
      series.times[i] = this.#times[slot] ?? 0
      series.outbound[i] = lane?.outbound[slot] ?? 0
      series.inbound[i] = lane?.inbound[slot] ?? 0
    }
    return series
  }

  /** What was dropped in the last minute, by direction and reason, the commonest first. */
  recentDrops(id: string): RecentDrop[] {
    const sums = new Map<string, RecentDrop>()
    for (const { direction, reason, packets } of this.#lanes.get(id)?.drops ?? []) {
      const key = `${direction} ${reason}`
      const sum = sums.get(key)
      if (sum) sum.packets += packets
      else sums.set(key, { direction, reason, packets })
    }
    return [...sums.values()].sort((a, b) => b.packets - a.packets)
  }
}

function newLane(firstSample: number, time: number, stats: TunnelStats): Lane {
  return {
    outbound: new Float64Array(historySeconds),
    inbound: new Float64Array(historySeconds),
    firstSample,
    seenAt: time,
    stats,
    drops: [],
  }
}

function advance(lane: Lane, slot: number, time: number, stats: TunnelStats): void {
  const seconds = Math.max(0.001, (time - lane.seenAt) / 1000)
  lane.outbound[slot] = grown(lane.stats.outbound.bytes, stats.outbound.bytes) / seconds
  lane.inbound[slot] = grown(lane.stats.inbound.bytes, stats.inbound.bytes) / seconds
  for (const { direction, reason, packets } of stats.drops) {
    const before = lane.stats.drops.find((drop) => drop.direction === direction && drop.reason === reason)?.packets ?? 0
    const fresh = grown(before, packets)
    if (fresh > 0) lane.drops.push({ time, direction, reason, packets: fresh })
  }
  lane.seenAt = time
  lane.stats = stats
}

/** A counter that fell began anew: the tunnel was restarted. */
function grown(before: number, now: number): number {
  return now >= before ? now - before : now
}
