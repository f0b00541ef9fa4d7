import { type TunnelConfig, tunnelConfig } from "@tundeck/shared"
import { type Store, sql } from "../store/store.ts"

export interface TunnelRow {
  config: TunnelConfig
  /** Whether it shall run now: what start and stop last said. */
  running: boolean
  createdAt: number
}

/** The tunnels as they are saved. */
export class TunnelRows {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  all(): TunnelRow[] {
    return this.#store.all(sql.selectFrom("tunnels").selectAll().orderBy("name")).map(parse)
  }

  /** Ids hold an underscore and names do not: they never meet. */
  find(idOrName: string): TunnelRow | undefined {
    const row = this.#store.first(
      sql
        .selectFrom("tunnels")
        .selectAll()
        .where((is) => is.or([is("id", "=", idOrName), is("name", "=", idOrName)])),
    )
    return row && parse(row)
  }

  insert({ config, running, createdAt }: TunnelRow): void {
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
  }
}

function parse(row: { config: string; running: number; created_at: number }): TunnelRow {
  return {
    config: tunnelConfig.parse(JSON.parse(row.config)),
    running: row.running === 1,
    createdAt: row.created_at,
  }
}
