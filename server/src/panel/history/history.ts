import {
  type Counted,
  type CountedRow,
  finestResolution,
  type Resolution,
  resolutions,
  type TunnelHistory,
} from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import type { HistoryStore } from "./history-store.ts"
import { firstKept, Rollup } from "./rollup.ts"
import { Saving } from "./saving.ts"
import { keyOf, Series } from "./series.ts"
import { historyView } from "./view.ts"

/** Readings that are farther apart say too little of the seconds between them: these are a gap. */
const mostSecondsApart = 10
const saveEverySeconds = 300
const tryAgainSeconds = 30
/** Beyond that, peers have no history of their own; tunnels always have. */
const mostSeries = 4096

export interface HistoryParts {
  engine: Pick<Engine, "call">
  store: HistoryStore
  now: () => number
  /** Told of each reading that brought something. */
  onCounted: (rows: readonly CountedRow[]) => void
  /** The history cannot be saved, or not be read; told once, until it can again. */
  onFault: (error: unknown) => void
  mostWaitingBytes?: number
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
  readonly #saving: Saving
  /** When that was last begun. */
  #savedAt: number | undefined
  /** Tunnels that were deleted while the engine was asked. */
  readonly #forgotten = new Set<string>()

  constructor(parts: HistoryParts) {
    this.#parts = parts
    const { store, onFault, mostWaitingBytes } = parts
    const until = () => this.#at ?? Math.round(parts.now() / 1000)
    this.#saving = new Saving({ series: this.#series, store, until, onFault, mostWaitingBytes })
  }

  /** Called once a second, soon after it has begun. */
  async read(): Promise<void> {
    const { engine, now, onCounted } = this.#parts
    const second = Math.round(now() / 1000)
    const last = this.#at
    if (second === last) return
    if (last !== undefined && (second < last || second - last > mostSecondsApart)) this.#interrupt(second)
    this.#forgotten.clear()
    try {
      const counted = await engine.call("tunnel.counted", { since: this.#since })
      this.#take(counted, second)
      if (counted.rows.length > 0) onCounted(counted.rows)
    } catch (error) {
      this.#interrupt(second)
      throw error
    }
    this.#saveWhenDue(second)
  }

  /** What is known of a tunnel, or of one of its peers. Unix ms. */
  view(tunnel: string, peer: string | undefined, wish: HistoryWish): TunnelHistory {
    const now = this.#parts.now()
    const to = Math.min(wish.to ?? now, now)
    const from = Math.min(wish.from ?? to - 300_000, to)
    const resolution = wish.resolution ?? finestResolution(from, to, now)
    const stepMs = resolutions[resolution].stepSeconds * 1000
    const first = Math.max(Math.floor(from / stepMs), firstKept(resolution, Math.floor(now / 1000)))
    const key = keyOf({ id: tunnel, peer })
    const series = this.#series.get(key)
    if (this.#at !== undefined) series?.fill(this.#at)
    const rollup = series?.rollup ?? new Rollup(this.#parts.store.of(key), Math.ceil(now / 1000))
    return historyView(resolution, from, to, rollup.read(resolution, first, Math.floor(to / stepMs) + 1))
  }

  /** Saves what is not yet, and closes the store. */
  close(): void {
    this.#saving.close()
  }

  /** Saves what is not yet, in slices between which everybody else has a turn. A failure is told, and tried again later. */
  save(): Promise<void> {
    return this.#saving.save()
  }

  forget(tunnel: string): void {
    this.#forgotten.add(tunnel)
    this.#saving.forget(tunnel)
  }

  #take({ revision, running, rows }: Counted, second: number): void {
    const last = this.#at ?? second
    const fresh: CountedRow[] = []
    for (const row of rows) {
      const series = this.#series.get(keyOf(row))
      if (series === undefined) fresh.push(row)
      else series.advance(row, last, second)
    }
    this.#begin(fresh, second)
    if (running !== undefined) {
      const still = new Set(running)
      for (const series of this.#series.values()) if (!still.has(series.tunnel)) series.stop(last)
    }
    this.#at = second
    this.#since = revision
  }

  /** Those that cannot be read from the store just now begin later. */
  #begin(rows: readonly CountedRow[], second: number): void {
    try {
      for (const row of rows) {
        if (this.#forgotten.has(row.id)) continue
        if (row.peer !== undefined && this.#series.size >= mostSeries) continue
        const series = new Series(row.id, this.#parts.store.of(keyOf(row)), second)
        series.advance(row, second, second)
        this.#series.set(keyOf(row), series)
      }
    } catch (error) {
      this.#saving.failed(error)
    }
  }

  #saveWhenDue(second: number): void {
    const every = this.#saving.isFailing ? tryAgainSeconds : saveEverySeconds
    const before = Math.min(this.#savedAt ?? second, second)
    const isDue = Math.floor(second / every) > Math.floor(before / every)
    this.#savedAt = isDue ? second : before
    if (isDue) void this.save()
  }

  /** Nobody knows what was between the newest reading and the next one. After a step back of the clock, what lay ahead is written anew. */
  #interrupt(second: number): void {
    const last = this.#at
    this.#at = undefined
    this.#since = 0
    if (last === undefined) return
    for (const series of this.#series.values()) {
      series.stop(last)
      if (second < last) series.rollup.goBack(second)
    }
  }
}
