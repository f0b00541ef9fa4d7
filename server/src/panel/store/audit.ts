import { createHash } from "node:crypto"
import { type Store, sql } from "./store.ts"

export interface AuditEntry {
  /** Who: `ann`, `token deploy`, `tundeck`. */
  actor: string
  /** What, as the name of the route or of our own act: `createInterface`, `apply`. */
  action: string
  /** On what: `interface tun0`. */
  subject: string
  /** Secret fields within it are left out: only that they were there is kept. */
  detail?: unknown
}

const secretFields = new Set(["privateKey", "previousPrivateKey", "presharedKey"])

function withoutSecrets(field: string, value: unknown): unknown {
  return secretFields.has(field) && typeof value === "string" ? "(secret)" : value
}

const origin = "0".repeat(64)

/** One record of an accepted change, in the transaction of the change. Each record's hash covers the one before (R17). */
export function recordAudit(store: Store, entry: AuditEntry, now = Date.now()): void {
  const last = store.first(sql.selectFrom("audit").select(["id", "hash"]).orderBy("id", "desc").limit(1))
  const row = {
    id: (last?.id ?? 0) + 1,
    time: now,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    detail: JSON.stringify(entry.detail ?? null, withoutSecrets),
    previous_hash: last?.hash ?? origin,
  }
  store.run(sql.insertInto("audit").values({ ...row, hash: hashOf(row) }))
}

/** The id of the first record that does not fit the one before it or its own hash; undefined when the chain is whole. */
export function firstBrokenAudit(store: Store): number | undefined {
  let previous = origin
  let id = 0
  for (const { hash, ...row } of store.all(sql.selectFrom("audit").selectAll().orderBy("id"))) {
    if (row.id !== id + 1 || row.previous_hash !== previous || hashOf(row) !== hash) return row.id
    previous = hash
    id = row.id
  }
  return undefined
}

function hashOf(row: {
  id: number
  time: number
  actor: string
  action: string
  subject: string
  detail: string
  previous_hash: string
}): string {
  const covered = [row.id, row.time, row.actor, row.action, row.subject, row.detail, row.previous_hash]
  return createHash("sha256").update(JSON.stringify(covered)).digest("hex")
}
