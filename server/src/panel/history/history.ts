import {
  type Counted,
  type CountedRow,
  finestResolution,
  type Resolution,
  resolutions,
  type TunnelHistory,
} from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { growth, idleSecond, type Totals } from "./growth.ts"
import type { HistoryStore, SeriesChunk } from "./history-store.ts"
import { firstKept, Rollup } from "./rollup.ts"
import type { Sums } from "./sums.ts"
import { historyView } from "./view.ts"

/** Readings that are farther apart say too little of the seconds between them: these are a gap. */
const mostSecondsApart = 10
const saveEverySeconds = 300
/** Beyond that, peers have no history of their own; tunnels always have. */
const mostSeries = 4096

interface Series {
  tunnel: string
  rollup: Rollup
  /** The newest reading; undefined while nothing runs that would be read. */
  totals: Totals | undefined
  idle: Sums
  /** All seconds before it are written, or will never be known. */
  at: number
}

export interface HistoryParts {
  engine: Pick<Engine, "call">
  store: HistoryStore
  now: () => number
  /** Told of each reading that brought something. */
  onCounted: (rows: readonly CountedRow[]) => void
  /** The history could not be saved, for the first time or once again. */
  onFault: (error: unknown) => void
}

export interface HistoryWish {
  from?: number | undefined
  to?: number | undefined
  resolution?: Resolution | undefined
}

/**
 * What every tunnel and peer carried, second by second. One question a second to the engine, which names only those that counted
 * something; the seconds of the others are written when somebody asks, or when they are saved, and are one run of equals.
 */
export class History {
  readonly #parts: HistoryParts
  readonly #series = new Map<string, Series>()
  /** Unix second of the newest reading; undefined while there is none to compare with. */
  #at: number | undefined
  #since = 0
  #savedIn: number | undefined

  constructor(parts: HistoryParts) {
    this.#parts = parts
  }

  /** Called once a second, soon after it has begun. */
  async read(): Promise<void> {
    const { engine, now, onCounted } = this.#parts
    const second = Math.round(now() / 1000)
    const last = this.#at
    if (second === last) return
    if (last !== undefined && (second < last || second - last > mostSecondsApart)) this.#interrupt(second)
    try {
      const counted = await engine.call("tunnel.counted", { since: this.#since })
      this.#take(counted, second)
      if (counted.rows.length > 0) onCounted(counted.rows)
    } catch (error) {
      this.#interrupt(second)
      throw error
    }
    const turn = Math.floor(second / saveEverySeconds)
    if (turn !== (this.#savedIn ?? turn)) this.save()
    this.#savedIn = turn
  }

  /** What is known of a tunnel, or of one of its peers. Unix ms. */
  view(tunnel: string, peer: string | undefined, wish: HistoryWish): TunnelHistory {
    const now = this.#parts.now()
    const to = Math.min(wish.to ?? now, now)
    const from = Math.min(wish.from ?? to - 300_000, to)
    const resolution = wish.resolution ?? finestResolution(from, to, now)
    const stepMs = resolutions[resolution].stepSeconds * 1000
    const first = Math.max(Math.floor(from / stepMs), firstKept(resolution, Math.floor(now / 1000)))
    const key = keyOf(tunnel, peer)
    const series = this.#series.get(key)
    if (series !== undefined) this.#fill(series, this.#at ?? series.at)
    const rollup = series?.rollup ?? new Rollup(this.#parts.store.of(key), Math.ceil(now / 1000))
    return historyView(resolution, from, to, rollup.read(resolution, first, Math.floor(to / stepMs) + 1))
  }

  /** Saves what is not yet, and closes the store. */
  close(): void {
    this.save()
    this.#parts.store.close()
  }

  save(): void {
    const second = this.#at ?? Math.round(this.#parts.now() / 1000)
    const chunks: SeriesChunk[] = []
    for (const [key, series] of this.#series) {
      this.#fill(series, second)
      series.rollup.settle(second)
      for (const chunk of series.rollup.takeChanged()) chunks.push({ series: key, ...chunk })
      if (series.totals === undefined) this.#series.delete(key) // read again when it runs again
    }
    try {
      this.#parts.store.save(chunks, second)
    } catch (error) {
      this.#parts.onFault(error)
    }
  }

  forget(tunnel: string): void {
    for (const [key, series] of this.#series) if (series.tunnel === tunnel) this.#series.delete(key)
    this.#parts.store.forget(tunnel)
  }

  #take({ revision, running, rows }: Counted, second: number): void {
    const last = this.#at
    for (const row of rows) {
      const series = this.#find(row, second)
      if (series !== undefined) this.#advance(series, row, last ?? second, second)
    }
    if (running !== undefined) {
      const still = new Set(running)
      for (const series of this.#series.values()) {
        if (still.has(series.tunnel) || series.totals === undefined) continue
        this.#fill(series, last ?? second)
        series.totals = undefined
      }
    }
    this.#at = second
    this.#since = revision
  }

  #find({ id, peer }: CountedRow, second: number): Series | undefined {
    const key = keyOf(id, peer)
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (peer !== undefined && this.#series.size >= mostSeries) return undefined
    const rollup = new Rollup(this.#parts.store.of(key), second)
    const series = { tunnel: id, rollup, totals: undefined, idle: [], at: second }
    this.#series.set(key, series)
    return series
  }

  #advance(series: Series, row: Totals, last: number, second: number): void {
    this.#fill(series, last)
    const seconds = series.totals === undefined ? undefined : growth(series.totals, row, second - series.at)
    for (const [i, sums] of seconds?.entries() ?? []) series.rollup.append(series.at + i, 1, sums)
    series.totals = row
    series.idle = idleSecond(row)
    series.at = second
  }

  /** The seconds in which it counted nothing. */
  #fill(series: Series, until: number): void {
    if (series.totals === undefined || series.at >= until) return
    series.rollup.append(series.at, until - series.at, series.idle)
    series.at = until
  }

  /** Nobody knows what was between the newest reading and the next one. After a step back of the clock, what lay ahead is written anew. */
  #interrupt(second: number): void {
    const last = this.#at
    this.#at = undefined
    this.#since = 0
    if (last === undefined) return
    for (const series of this.#series.values()) {
      this.#fill(series, last)
      series.totals = undefined
    }
    if (second < last) this.save() // which lets go of all that does not run
  }
}

function keyOf(tunnel: string, peer: string | undefined): string {
  return peer === undefined ? tunnel : `${tunnel}/${peer}`
}
