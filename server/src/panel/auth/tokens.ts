import { randomBytes } from "node:crypto"
import { Problem, type Role, role, type Token } from "@tundeck/shared"
import type { Changes } from "../changes.ts"
import { recordAudit } from "../store/audit.ts"
import { type Store, sql } from "../store/store.ts"
import type { Identity } from "./identity.ts"
import { hashSecret, randomSecret } from "./secrets.ts"

const prefix = "td_"
const touchMs = 60_000

/** API tokens: `Authorization: Bearer td_…`. Only the hash is kept; a revoked one ends at once. */
export class Tokens {
  readonly #store: Store
  readonly #changes: Changes
  readonly #now: () => number

  constructor(store: Store, changes: Changes, now: () => number) {
    this.#store = store
    this.#changes = changes
    this.#now = now
  }

  list(): Token[] {
    return this.#store.all(sql.selectFrom("tokens").selectAll().orderBy("created_at").orderBy("id")).map((row) => ({
      id: row.id,
      name: row.name,
      role: role.parse(row.role),
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
    }))
  }

  create(actor: string, wish: { name: string; role: Role }): { id: string; token: string } {
    const id = `k_${randomBytes(8).toString("hex")}`
    const token = prefix + randomSecret()
    this.#store.transaction(() => {
      this.#store.run(
        sql.insertInto("tokens").values({
          id,
          secret_hash: hashSecret(token),
          name: wish.name,
          role: wish.role,
          created_at: this.#now(),
          last_used_at: null,
        }),
      )
      recordAudit(this.#store, { actor, action: "createToken", subject: `token ${wish.name}`, detail: { id, ...wish } })
    })
    return { id, token }
  }

  revoke(actor: string, id: string): void {
    this.#store.transaction(() => {
      const removed = this.#store.run(sql.deleteFrom("tokens").where("id", "=", id))
      if (removed === 0) throw new Problem("token-not-found")
      recordAudit(this.#store, { actor, action: "revokeToken", subject: `token ${id}` })
    })
    this.#changes.credentialEnded.emit(id)
  }

  identify(token: string): Identity | undefined {
    if (!token.startsWith(prefix)) return undefined
    const row = this.#store.first(sql.selectFrom("tokens").selectAll().where("secret_hash", "=", hashSecret(token)))
    if (row === undefined) return undefined
    if (this.#now() - (row.last_used_at ?? 0) >= touchMs) this.#touch(row.id)
    return { name: row.name, role: role.parse(row.role), via: "token", credential: row.id }
  }

  isLive(credential: string): boolean {
    return this.#store.first(sql.selectFrom("tokens").select("id").where("id", "=", credential)) !== undefined
  }

  #touch(id: string): void {
    try {
      this.#store.run(sql.updateTable("tokens").set({ last_used_at: this.#now() }).where("id", "=", id))
    } catch (error) {
      if (!(error instanceof Problem)) throw error // a full disk does not end reading
    }
  }
}
