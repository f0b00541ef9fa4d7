import { type SecurityView, type TunnelConfig, tunnelConfig } from "@tundeck/shared"
import { type Store, sql } from "../store/store.ts"
import type { Tables } from "../store/tables.ts"
import { viewSecurity } from "./tunnel-security.ts"

export interface TunnelRow {
  config: TunnelConfig
  /** What may be shown of `config.security`. */
  security: SecurityView
  /** Whether it shall run now: what start and stop last said. */
  running: boolean
  createdAt: number
}

/** The tunnels as they are saved. */
export class TunnelRows {
  readonly #store: Store
  /** By id. A hub with a thousand peers takes 20 ms to parse: each text is parsed once. */
  readonly #parsed = new Map<string, { text: string; config: TunnelConfig; security: SecurityView }>()

  constructor(store: Store) {
    this.#store = store
  }

  all(): TunnelRow[] {
    return this.#store.all(sql.selectFrom("tunnels").selectAll().orderBy("name")).map((row) => this.#row(row))
  }

  /** Ids hold an underscore and names do not: they never meet. */
  find(idOrName: string): TunnelRow | undefined {
    const row = this.#store.first(
      sql
        .selectFrom("tunnels")
        .selectAll()
        .where((is) => is.or([is("id", "=", idOrName), is("name", "=", idOrName)])),
    )
    return row && this.#row(row)
  }

  insert({ config, running, createdAt }: Omit<TunnelRow, "security">): void {
    this.#store.run(
      sql.insertInto("tunnels").values({
        id: config.id,
        name: config.name,
        interface: config.interface,
        config: textOf(config),
        running: Number(running),
        created_at: createdAt,
        stamped_after: null,
      }),
    )
  }

  update(config: TunnelConfig): void {
    const values = { name: config.name, interface: config.interface, config: textOf(config) }
    this.#store.run(sql.updateTable("tunnels").set(values).where("id", "=", config.id))
  }

  /** Never goes back. */
  setStampedAfter(id: string, stampedAfter: string): void {
    const before = this.#store.first(sql.selectFrom("tunnels").select("stamped_after").where("id", "=", id))
    if (BigInt(stampedAfter) <= BigInt(before?.stamped_after ?? 0)) return
    this.#store.run(sql.updateTable("tunnels").set({ stamped_after: stampedAfter }).where("id", "=", id))
  }

  setRunning(id: string, running: boolean): void {
    this.#store.run(
      sql
        .updateTable("tunnels")
        .set({ running: Number(running) })
        .where("id", "=", id),
    )
  }

  remove(id: string): void {
    this.#store.run(sql.deleteFrom("tunnels").where("id", "=", id))
    this.#parsed.delete(id)
  }

  #row({ id, config: text, running, created_at: createdAt, stamped_after }: Tables["tunnels"]): TunnelRow {
    const { config, security } = this.#parse(id, text)
    return { config: withStamp(config, stamped_after), security, running: running === 1, createdAt }
  }

  #parse(id: string, text: string): Pick<TunnelRow, "config" | "security"> {
    const known = this.#parsed.get(id)
    if (known?.text === text) return { config: known.config, security: known.security }
    const config = tunnelConfig.parse(JSON.parse(text))
    const security = viewSecurity(config.security)
    this.#parsed.set(id, { text, config, security })
    return { config, security }
  }
}

/** What is saved as text. The stamp has a column of its own. */
function textOf(config: TunnelConfig): string {
  return JSON.stringify(withStamp(config, null))
}

function withStamp(config: TunnelConfig, stampedAfter: string | null): TunnelConfig {
  if (config.security.kind === "none") return config
  const { stampedAfter: _, ...security } = config.security
  return { ...config, security: stampedAfter === null ? security : { ...security, stampedAfter } }
}
