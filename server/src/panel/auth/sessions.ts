import { Problem, role, type Session } from "@tundeck/shared"
import type { Changes } from "../changes.ts"
import { recordAudit } from "../store/audit.ts"
import { type Store, sql } from "../store/store.ts"
import type { Identity } from "./identity.ts"
import { hashPassword, verifyPassword } from "./passwords.ts"
import { hashSecret, randomSecret, sameHash } from "./secrets.ts"

export const idleMs = 12 * 3_600_000
export const absoluteMs = 7 * 24 * 3_600_000
/** A session's last use is written at most this often. */
const touchMs = 60_000

const setupFact = "setup-token-hash"

interface SignedIn {
  session: Session
  /** The cookie's value; only its hash is kept. */
  secret: string
}

/** Accounts and their server-side sessions: opaque ids, ended by sign-out, 12 idle hours or 7 days. */
export class Sessions {
  readonly #store: Store
  readonly #changes: Changes
  readonly #now: () => number

  constructor(store: Store, changes: Changes, now: () => number) {
    this.#store = store
    this.#changes = changes
    this.#now = now
  }

  setupNeeded(): boolean {
    return this.#store.first(sql.selectFrom("accounts").select("username").limit(1)) === undefined
  }

  /** A fresh one-time token for the setup link; the last one is void. Call it only while setup is needed. */
  newSetupToken(): string {
    const token = randomSecret()
    const value = hashSecret(token)
    this.#store.run(
      sql
        .insertInto("facts")
        .values({ name: setupFact, value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
    )
    return token
  }

  async setup(body: { token: string; username: string; password: string }): Promise<SignedIn> {
    this.#checkSetupToken(body.token)
    const passwordHash = await hashPassword(body.password)
    return this.#store.transaction(() => {
      this.#checkSetupToken(body.token) // another request may have used it meanwhile
      const { username } = body
      const created_at = this.#now()
      this.#store.run(
        sql.insertInto("accounts").values({ username, password_hash: passwordHash, role: "admin", created_at }),
      )
      this.#store.run(sql.deleteFrom("facts").where("name", "=", setupFact))
      recordAudit(this.#store, { actor: username, action: "setup", subject: `account ${username}` }, created_at)
      return this.#open(username, "admin")
    })
  }

  #checkSetupToken(token: string): void {
    if (!this.setupNeeded()) throw new Problem("setup-done")
    const fact = this.#store.first(sql.selectFrom("facts").select("value").where("name", "=", setupFact))
    if (fact === undefined || !sameHash(fact.value, hashSecret(token))) {
      throw new Problem(
        "setup-token-wrong",
        "Use the newest setup link: each start of Tundeck prints one until it is used.",
      )
    }
  }

  async signIn(body: { username: string; password: string }): Promise<SignedIn> {
    const account = this.#store.first(sql.selectFrom("accounts").selectAll().where("username", "=", body.username))
    const matches = await verifyPassword(account?.password_hash, body.password)
    if (account === undefined || !matches) throw new Problem("sign-in-failed")
    return this.#store.transaction(() => {
      this.#forgetEnded()
      recordAudit(this.#store, { actor: account.username, action: "signIn", subject: `account ${account.username}` })
      return this.#open(account.username, role.parse(account.role))
    })
  }

  #open(username: string, as: Session["role"]): SignedIn {
    const secret = randomSecret()
    const now = this.#now()
    this.#store.run(
      sql.insertInto("sessions").values({ id_hash: hashSecret(secret), username, created_at: now, last_seen_at: now }),
    )
    return { session: { username, role: as }, secret }
  }

  /** Who came with this cookie; undefined when the session is unknown or over. */
  identify(secret: string): Identity | undefined {
    const found = this.#find(hashSecret(secret))
    if (found !== undefined) this.#touch(found)
    return found && { name: found.username, role: role.parse(found.role), via: "session", credential: found.id_hash }
  }

  isLive(credential: string): boolean {
    return this.#find(credential) !== undefined
  }

  signOut(identity: Identity): void {
    this.#store.transaction(() => {
      this.#store.run(sql.deleteFrom("sessions").where("id_hash", "=", identity.credential))
      recordAudit(this.#store, { actor: identity.name, action: "signOut", subject: `account ${identity.name}` })
    })
    this.#changes.credentialEnded.emit(identity.credential)
  }

  #find(idHash: string) {
    const now = this.#now()
    return this.#store.first(
      sql
        .selectFrom("sessions")
        .innerJoin("accounts", "accounts.username", "sessions.username")
        .select(["sessions.id_hash", "sessions.last_seen_at", "accounts.username", "accounts.role"])
        .where("sessions.id_hash", "=", idHash)
        .where("sessions.last_seen_at", ">", now - idleMs)
        .where("sessions.created_at", ">", now - absoluteMs),
    )
  }

  #touch(session: { id_hash: string; last_seen_at: number }): void {
    const now = this.#now()
    if (now - session.last_seen_at < touchMs) return
    try {
      this.#store.run(sql.updateTable("sessions").set({ last_seen_at: now }).where("id_hash", "=", session.id_hash))
    } catch (error) {
      if (!(error instanceof Problem)) throw error // a full disk shortens the session; it does not end reading
    }
  }

  #forgetEnded(): void {
    const now = this.#now()
    this.#store.run(
      sql
        .deleteFrom("sessions")
        .where((row) => row.or([row("last_seen_at", "<=", now - idleMs), row("created_at", "<=", now - absoluteMs)])),
    )
  }
}
