import type { InviteView } from "@tundeck/shared"
import { type Store, sql } from "../../store/store.ts"
import type { Tables } from "../../store/tables.ts"

export type InviteRow = Tables["invites"]

/** Shown so long after they are over. */
const keptMs = 7 * 86_400_000

/** The invites as they are saved. */
export class InviteRows {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  of(tunnelId: string): InviteRow[] {
    const all = sql.selectFrom("invites").selectAll().where("tunnel_id", "=", tunnelId)
    return this.#store.all(all.orderBy("created_at", "desc").orderBy("id"))
  }

  /** Those whose peer has neither come nor been given up. */
  waiting(): InviteRow[] {
    return this.#store.all(sql.selectFrom("invites").selectAll().where("used_at", "is", null).where("over", "=", 0))
  }

  find(id: string): InviteRow | undefined {
    return this.#store.first(sql.selectFrom("invites").selectAll().where("id", "=", id))
  }

  byToken(tokenHash: string): InviteRow | undefined {
    return this.#store.first(sql.selectFrom("invites").selectAll().where("token_hash", "=", tokenHash))
  }

  insert(row: InviteRow): void {
    this.#store.run(sql.insertInto("invites").values(row))
  }

  /** False: somebody else was quicker. */
  claim(id: string, now: number): boolean {
    const values = { sealed: null, claimed_at: now }
    const open = sql.updateTable("invites").set(values).where("id", "=", id).where("sealed", "is not", null)
    return this.#store.run(open) === 1
  }

  used(id: string, now: number): void {
    this.#store.run(sql.updateTable("invites").set({ sealed: null, used_at: now }).where("id", "=", id))
  }

  expired(id: string): void {
    this.#store.run(sql.updateTable("invites").set({ sealed: null, over: 1 }).where("id", "=", id))
  }

  remove(id: string): void {
    this.#store.run(sql.deleteFrom("invites").where("id", "=", id))
  }

  forgetOld(now: number): void {
    const old = sql.deleteFrom("invites").where("expires_at", "<", now - keptMs)
    this.#store.run(old.where((is) => is.or([is("over", "=", 1), is("used_at", "is not", null)])))
  }
}

export function viewInvite(row: InviteRow, now: number): InviteView {
  return {
    id: row.id,
    peer: row.peer_name,
    publicKey: row.public_key,
    state: stateOf(row, now),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

function stateOf({ used_at, expires_at, claimed_at, over }: InviteRow, now: number): InviteView["state"] {
  if (used_at !== null) return "used"
  if (over === 1 || expires_at <= now) return "expired"
  return claimed_at === null ? "open" : "claimed"
}
