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
        config: JSON.stringify(config),
        running: Number(running),
        created_at: createdAt,
      }),
    )
  }

  update(config: TunnelConfig): void {
    const values = { name: config.name, interface: config.interface, config: JSON.stringify(config) }
    this.#store.run(sql.updateTable("tunnels").set(values).where("id", "=", config.id))
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

  #row({ id, config, running, created_at: createdAt }: Tables["tunnels"]): TunnelRow {
    return { ...this.#parse(id, config), running: running === 1, createdAt }
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
