import { chmodSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { type Resolution, resolutionNames } from "@tundeck/shared"
import type { SavedChunk, SavedChunks } from "./rollup.ts"

const fileName = "history.db"
/** Before it is opened and when it is closed; in between nobody is kept waiting that long. */
const mostWaitMs = 2000
const mostWaitWhileRunningMs = 20
const mostBytes = 256 * 1024 * 1024

export interface SeriesChunk extends SavedChunk {
  series: string
}

export interface StoredChunk {
  series: string
  resolution: Resolution
  start: number
  /** How many. */
  bytes: number
}

/**
 * The history's own database beside the state: it may be large and may be lost, and neither shall weigh on the state, its daily
 * copy, or its check at each start. Throws what node:sqlite throws.
 */
export class HistoryStore {
  readonly #database: DatabaseSync
  readonly mostBytes: number

  constructor(database: DatabaseSync, most = mostBytes) {
    this.#database = database
    this.mostBytes = most
    database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS chunks (
        series TEXT NOT NULL, resolution INTEGER NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL,
        PRIMARY KEY (series, resolution, start)
      ) STRICT;
    `)
  }

  of(series: string): SavedChunks {
    const chunk = (resolution: Resolution) => (row: Record<string, unknown>) => {
      const bytes = row.bytes instanceof Uint8Array ? row.bytes : new Uint8Array()
      return { resolution, start: Number(row.start), bytes }
    }
    const find = (resolution: Resolution, first: number, last: number, rest: string) => {
      const where = "WHERE series = ? AND resolution = ? AND start BETWEEN ? AND ?"
      const query = this.#database.prepare(`SELECT start, bytes FROM chunks ${where} ORDER BY start ${rest}`)
      return query.all(series, resolutionNames.indexOf(resolution), first, last).map(chunk(resolution))
    }
    return {
      latest: (resolution, step) => find(resolution, 0, step, "DESC LIMIT 1")[0],
      between: (resolution, first, last) => find(resolution, first, last, ""),
    }
  }

  /** All of them or none. */
  save(chunks: readonly SeriesChunk[]): void {
    this.#transaction(() => {
      const put = this.#database.prepare("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)")
      for (const { series, resolution, start, bytes } of chunks) {
        put.run(series, resolutionNames.indexOf(resolution), start, bytes)
      }
    })
  }

  /** So many chunks, ordered by series, resolution and start, from the one after `before` on. */
  after(before: StoredChunk | undefined, most: number): StoredChunk[] {
    const { series, resolution, start } = before ?? { series: "", resolution: "second", start: 0 }
    const rows = this.#database
      .prepare(
        `SELECT series, resolution, start, LENGTH(bytes) AS bytes FROM chunks
         WHERE (series, resolution, start) > (?, ?, ?) ORDER BY series, resolution, start LIMIT ?`,
      )
      .all(series, resolutionNames.indexOf(resolution), start, most)
    return rows.map((row) => ({
      series: String(row.series),
      resolution: resolutionNames[Number(row.resolution)] ?? "hour",
      start: Number(row.start),
      bytes: Number(row.bytes),
    }))
  }

  delete(chunks: readonly StoredChunk[]): void {
    if (chunks.length === 0) return
    this.#transaction(() => {
      const one = this.#database.prepare("DELETE FROM chunks WHERE series = ? AND resolution = ? AND start = ?")
      for (const { series, resolution, start } of chunks) one.run(series, resolutionNames.indexOf(resolution), start)
    })
  }

  /** All of a tunnel that is deleted, with its peers. */
  forget(tunnel: string): void {
    this.#transaction(() => {
      this.#database.prepare("DELETE FROM chunks WHERE series = ?").run(tunnel)
      // Its peers' begin so; "0" is what comes after "/".
      this.#database.prepare("DELETE FROM chunks WHERE series > ? AND series < ?").run(`${tunnel}/`, `${tunnel}0`)
    })
  }

  get bytes(): number {
    return Number(this.#database.prepare("SELECT SUM(LENGTH(bytes)) AS bytes FROM chunks").get()?.bytes ?? 0)
  }

  /** From now on what somebody else is writing is waited for, and longer than a running panel may. */
  waitForOthers(): void {
    this.#database.exec(`PRAGMA busy_timeout = ${mostWaitMs}`)
  }

  close(): void {
    this.#database.close()
  }

  #transaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE")
    try {
      work()
      this.#database.exec("COMMIT")
    } finally {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK")
    }
  }
}

/** One that is damaged begins anew: it is a history, no state. */
export function openHistory(directory: string): HistoryStore {
  const path = join(directory, fileName)
  try {
    return open(path)
  } catch {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true })
    return open(path)
  }
}

function open(path: string): HistoryStore {
  const database = new DatabaseSync(path, { timeout: mostWaitMs })
  try {
    const store = new HistoryStore(database)
    if (database.prepare("PRAGMA quick_check(1)").get()?.quick_check !== "ok") throw new Error("damaged")
    chmodSync(path, 0o600)
    database.exec(`PRAGMA busy_timeout = ${mostWaitWhileRunningMs}`)
    return store
  } catch (error) {
    database.close()
    throw error
  }
}
