import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { migrate } from "./migrations.ts"
import { Store, sqliteCode } from "./store.ts"

export interface OpenedStore {
  store: Store
  /** What a person must know about how it was opened; undefined when all was well. */
  warning: string | undefined
}

const fileName = "tundeck.db"
const broken = new Set([11, 26]) // SQLITE_CORRUPT, SQLITE_NOTADB

/**
 * Opens the state in a data directory, which becomes 0700. A broken file is moved aside, never deleted: the last good snapshot
 * takes its place, or an empty state, in which the setup link is needed again.
 */
export function openStore(directory: string): OpenedStore {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const path = join(directory, fileName)
  const first = tryOpen(path)
  if (first !== undefined) return { store: ready(first, directory), warning: undefined }

  const aside = moveAside(path)
  const from = join(directory, `${fileName}.snapshot`)
  if (existsSync(from)) {
    copyFileSync(from, path)
    const restored = tryOpen(path)
    if (restored !== undefined) {
      return {
        store: ready(restored, directory),
        warning: `The saved state was damaged. Tundeck started from its last good copy; the damaged file is ${aside}.`,
      }
    }
    moveAside(path)
  }
  return {
    store: ready(open(path), directory),
    warning: `The saved state was damaged and there is no good copy. Tundeck started empty; the damaged file is ${aside}.`,
  }
}

/** Keeps a whole copy beside the database, for the day that the database is damaged. Replaces the last one when it is complete. */
export function takeSnapshot(store: Store, directory: string): void {
  const path = join(directory, `${fileName}.snapshot`)
  const unfinished = `${path}.new`
  rmSync(unfinished, { force: true })
  store.copyTo(unfinished)
  chmodSync(unfinished, 0o600)
  renameSync(unfinished, path)
}

const snapshotEveryMs = 24 * 3_600_000

/** Once a day, however often Tundeck starts. */
export function takeSnapshotWhenDue(store: Store, directory: string, now = Date.now()): void {
  const last = statSync(join(directory, `${fileName}.snapshot`), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (now - last >= snapshotEveryMs) takeSnapshot(store, directory)
}

function ready(database: DatabaseSync, directory: string): Store {
  const migrated = migrate(database)
  const store = new Store(database)
  chmodSync(join(directory, fileName), 0o600)
  if (migrated) takeSnapshot(store, directory)
  return store
}

/** undefined when the file is damaged. */
function tryOpen(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = open(path)
    if (database.prepare("PRAGMA quick_check(1)").get()?.quick_check === "ok") return database
  } catch (error) {
    if (!broken.has(sqliteCode(error) ?? 0)) throw error
  }
  database?.close()
  return undefined
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2000 })
  try {
    // FULL: what was acknowledged survives a power cut (WAL alone would only survive our own death).
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function moveAside(path: string): string {
  const aside = `${path}.broken-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`
  renameSync(path, aside)
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
  }
  return aside
}
