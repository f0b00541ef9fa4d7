import { chmodSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { type Resolution, resolutionNames, resolutions } from "@tundeck/shared"
import { chunkSteps, type SavedChunk, type SavedChunks } from "./rollup.ts"

const fileName = "history.db"
/** All of it; then the oldest chunks go, whosever they are. */
const mostBytes = 256 * 1024 * 1024

export interface SeriesChunk extends SavedChunk {
  series: string
}

/**
 * The history's own database beside the state: it may be large and may be lost, and neither shall weigh on the state, its daily
 * copy, or its check at each start. Throws what node:sqlite throws.
 */
export class HistoryStore {
  readonly #database: DatabaseSync
  readonly #mostBytes: number

  constructor(database: DatabaseSync, most = mostBytes) {
    this.#database = database
    this.#mostBytes = most
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

  /** All at once; then what is past its time goes. Unix seconds. */
  save(chunks: readonly SeriesChunk[], second: number): void {
    this.#transaction(() => {
      const put = this.#database.prepare("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)")
      for (const { series, resolution, start, bytes } of chunks) {
        put.run(series, resolutionNames.indexOf(resolution), start, bytes)
      }
      const old = this.#database.prepare("DELETE FROM chunks WHERE resolution = ? AND start < ?")
      for (const [index, name] of resolutionNames.entries()) {
        const { stepSeconds, keepSeconds } = resolutions[name]
        old.run(index, Math.floor((second - keepSeconds) / stepSeconds) - chunkSteps[name])
      }
      this.#keepBound()
    })
  }

  /** A tunnel that is deleted, with its peers. */
  forget(tunnel: string): void {
    this.#database.prepare("DELETE FROM chunks WHERE series = ? OR series GLOB ?").run(tunnel, `${tunnel}/*`)
  }

  get bytes(): number {
    return Number(this.#database.prepare("SELECT SUM(LENGTH(bytes)) AS bytes FROM chunks").get()?.bytes ?? 0)
  }

  close(): void {
    this.#database.close()
  }

  #keepBound(): void {
    if (this.bytes <= this.#mostBytes) return
    const age = "start * CASE resolution WHEN 0 THEN 1 WHEN 1 THEN 60 ELSE 3600 END DESC, rowid"
    const sums = `SELECT rowid, SUM(LENGTH(bytes)) OVER (ORDER BY ${age}) AS bytes FROM chunks`
    this.#database
      .prepare(`DELETE FROM chunks WHERE rowid IN (SELECT rowid FROM (${sums}) WHERE bytes > ?)`)
      .run(this.#mostBytes)
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
  const database = new DatabaseSync(path, { timeout: 2000 })
  try {
    const store = new HistoryStore(database)
    if (database.prepare("PRAGMA quick_check(1)").get()?.quick_check !== "ok") throw new Error("damaged")
    chmodSync(path, 0o600)
    return store
  } catch (error) {
    database.close()
    throw error
  }
}
