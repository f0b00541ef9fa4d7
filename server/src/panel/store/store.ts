import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import { Problem } from "@tundeck/shared"
import { type CompiledQuery, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely"
import type { Tables } from "./tables.ts"

/** Builds typed queries and runs nothing: the store does, synchronously, so that a transaction is never interleaved. */
export const sql = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

interface Query<Row> {
  compile(): CompiledQuery<Row>
}

/** The panel's state. Synchronous: SQLite is a library, not a server. A change that cannot be saved is `store-full`. */
export class Store {
  readonly #database: DatabaseSync
  #depth = 0

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  all<Row>(query: Query<Row>): Row[] {
    const { sql, parameters } = query.compile()
    // node:sqlite gives rows as records; their form is that of the tables, which kysely's types follow.
    return this.#guard(() => this.#database.prepare(sql).all(...bound(parameters)) as Row[])
  }

  first<Row>(query: Query<Row>): Row | undefined {
    return this.all(query)[0]
  }

  /** The number of rows changed. */
  run(query: Query<unknown>): number {
    const { sql, parameters } = query.compile()
    return this.#guard(() => Number(this.#database.prepare(sql).run(...bound(parameters)).changes))
  }

  /** All of it or nothing. The work is synchronous. Within another transaction it is a part of that. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work()
    this.#guard(() => this.#database.exec("BEGIN IMMEDIATE"))
    this.#depth += 1
    try {
      const result = work()
      this.#guard(() => this.#database.exec("COMMIT"))
      return result
    } catch (error) {
      // A full disk may have ended the transaction already: then there is nothing to take back.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK")
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  /** A whole copy into a file that does not exist yet. */
  copyTo(path: string): void {
    this.#database.prepare("VACUUM INTO ?").run(path)
  }

  close(): void {
    this.#database.close()
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (cannotSave(error)) throw new Problem("store-full", "The disk with the data directory is full or read-only.")
      throw error
    }
  }
}

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[] // kysely's types let only column values in
}

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN; the upper bits tell more than we ask. */
const cannotSaveCodes = new Set([8, 10, 13, 14])

function cannotSave(error: unknown): boolean {
  return sqliteCode(error) !== undefined && cannotSaveCodes.has(sqliteCode(error) ?? 0)
}

/** SQLite's primary result code of an error of node:sqlite. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined
  return error.errcode & 0xff
}
