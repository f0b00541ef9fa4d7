import { growth, idleSecond, type Totals } from "./growth.ts"
import { Rollup, type SavedChunks } from "./rollup.ts"
import type { Sums } from "./sums.ts"

interface SeriesName {
  id: string
  peer?: string | undefined
}

/** What a tunnel, or one of its peers, carried from reading to reading. Seconds are those of Unix. */
export class Series {
  readonly tunnel: string
  readonly rollup: Rollup
  /** The newest reading; undefined while nothing runs that would be read. */
  #totals: Totals | undefined
  #idle: Sums = []
  /** All seconds before it are written, or will never be known. */
  #at: number

  constructor(tunnel: string, saved: SavedChunks, second: number) {
    this.tunnel = tunnel
    this.rollup = new Rollup(saved, second)
    this.#at = second
  }

  get isRunning(): boolean {
    return this.#totals !== undefined
  }

  /** A reading at `second`; the one before, whoever was named in it, was at `last`. */
  advance(row: Totals, last: number, second: number): void {
    this.fill(last)
    const seconds = this.#totals === undefined ? undefined : growth(this.#totals, row, second - this.#at)
    for (const [i, sums] of seconds?.entries() ?? []) this.rollup.append(this.#at + i, 1, sums)
    this.#totals = row
    this.#idle = idleSecond(row)
    this.#at = second
  }

  /** The seconds before `until` in which it counted nothing. */
  fill(until: number): void {
    if (this.#totals === undefined || this.#at >= until) return
    this.rollup.append(this.#at, until - this.#at, this.#idle)
    this.#at = until
  }

  /** Nothing is known of it after `last`. */
  stop(last: number): void {
    this.fill(last)
    this.#totals = undefined
  }
}

export function keyOf({ id, peer }: SeriesName): string {
  return peer === undefined ? id : `${id}/${peer}`
}
