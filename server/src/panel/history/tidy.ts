import { resolutions } from "@tundeck/shared"
import type { HistoryStore, StoredChunk } from "./history-store.ts"
import { chunkSteps } from "./rollup.ts"

const rowsAtOnce = 500

/**
 * Lets go of what is past its time, then of the oldest, whosever it is, until the rest is within the store's bound. A generator of
 * short pieces of work, which may be left after any of them. Unix seconds.
 */
export function* tidy(store: HistoryStore, second: number): Generator<void> {
  const bytesFrom = new Map<number, number>()
  let excess = -store.mostBytes
  for (const rows of slices(store)) {
    store.delete(rows.filter((row) => isPast(row, second)))
    for (const row of rows) {
      if (isPast(row, second)) continue
      bytesFrom.set(from(row), (bytesFrom.get(from(row)) ?? 0) + row.bytes)
      excess += row.bytes
    }
    yield
  }
  if (excess <= 0) return
  const newest = newestToGo(bytesFrom, excess)
  for (const rows of slices(store)) {
    const gone: StoredChunk[] = []
    for (const row of rows) {
      if (excess <= 0 || from(row) > newest) continue
      gone.push(row)
      excess -= row.bytes
    }
    store.delete(gone)
    yield
  }
}

function* slices(store: HistoryStore): Generator<StoredChunk[]> {
  let rows = store.after(undefined, rowsAtOnce)
  while (rows.length > 0) {
    yield rows
    rows = store.after(rows.at(-1), rowsAtOnce)
  }
}

function from({ resolution, start }: StoredChunk): number {
  return start * resolutions[resolution].stepSeconds
}

function isPast({ resolution, start }: StoredChunk, second: number): boolean {
  const { stepSeconds, keepSeconds } = resolutions[resolution]
  return start < Math.floor((second - keepSeconds) / stepSeconds) - chunkSteps[resolution]
}

/** Where the oldest that make up `excess` bytes end. */
function newestToGo(bytesFrom: ReadonlyMap<number, number>, excess: number): number {
  let rest = excess
  for (const [from, bytes] of [...bytesFrom].sort(([a], [b]) => a - b)) {
    rest -= bytes
    if (rest <= 0) return from
  }
  return Number.POSITIVE_INFINITY
}
