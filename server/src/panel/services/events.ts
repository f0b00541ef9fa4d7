import { type HostEvent, hostEvent, type NewHostEvent, Problem } from "@tundeck/shared"
import type { Changes } from "../changes.ts"
import { type Store, sql } from "../store/store.ts"

/** The oldest go when there are more. */
const mostKept = 10_000
/** Not at each event: a delete by range now and then is cheaper. */
const pruneEvery = 100
const longestText = 500

/** The time line of this host. */
export class Events {
  readonly #store: Store
  readonly #changes: Changes

  constructor(store: Store, changes: Changes) {
    this.#store = store
    this.#changes = changes
  }

  /** Never fails: what cannot be saved is still shown to those who look. */
  record(event: Omit<NewHostEvent, "time"> & { time?: number }): void {
    const values = {
      time: Math.round(event.time ?? Date.now()),
      severity: event.severity,
      subject: event.subject.slice(0, 100),
      text: event.text.slice(0, longestText),
    }
    this.#changes.event.emit({ id: this.#save(values), ...values })
  }

  #save(values: Omit<HostEvent, "id">): number {
    try {
      const [row] = this.#store.all(sql.insertInto("events").values(values).returning("id"))
      const id = row?.id ?? 0
      if (id % pruneEvery === 0) this.#store.run(sql.deleteFrom("events").where("id", "<=", id - mostKept))
      return id
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return 0
    }
  }

  /** Newest first; `next` is the `before` of the next page. */
  list(query: { limit: number; before?: number | undefined }): { items: HostEvent[]; next?: string } {
    let select = sql
      .selectFrom("events")
      .selectAll()
      .orderBy("id", "desc")
      .limit(query.limit + 1)
    if (query.before !== undefined) select = select.where("id", "<", query.before)
    const rows = this.#store.all(select).map((row) => hostEvent.parse(row))
    const items = rows.slice(0, query.limit)
    const last = items.at(-1)
    return rows.length > query.limit && last !== undefined ? { items, next: String(last.id) } : { items }
  }
}
