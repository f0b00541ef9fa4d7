import { type HostEvent, hostEvent, type NewHostEvent, Problem } from "@tundeck/shared"
import type { Changes } from "../changes.ts"
import { type Store, sql } from "../store/store.ts"

/** The oldest go when there are more. */
const mostKept = 10_000
/** Written together: a thousand tunnels that come up at once are a few writes, not a thousand. */
const gatherMs = 50
const mostGathered = 500
const longestText = 500

type Gathered = Omit<HostEvent, "id">

/** The time line of this host. */
export class Events {
  readonly #store: Store
  readonly #changes: Changes
  #gathered: Gathered[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store, changes: Changes) {
    this.#store = store
    this.#changes = changes
  }

  record(event: Omit<NewHostEvent, "time"> & { time?: number }): void {
    this.#gathered.push({
      time: Math.round(event.time ?? Date.now()),
      severity: event.severity,
      subject: event.subject.slice(0, 100),
      text: event.text.slice(0, longestText),
      ...(event.capture !== undefined && { capture: event.capture }),
    })
    if (this.#gathered.length >= mostGathered) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), gatherMs)
  }

  /** Saves what was gathered and tells those who look. Never fails: what cannot be saved is still shown, as number 0. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const gathered = this.#gathered
    this.#gathered = []
    const ids = this.#save(gathered)
    for (const [index, event] of gathered.entries()) this.#changes.event.emit({ id: ids[index] ?? 0, ...event })
  }

  #save(gathered: readonly Gathered[]): number[] {
    if (gathered.length === 0) return []
    try {
      return this.#store.transaction(() => {
        const ids = gathered.map(
          ({ capture = null, ...event }) =>
            this.#store.first(
              sql
                .insertInto("events")
                .values({ ...event, capture })
                .returning("id"),
            )?.id ?? 0,
        )
        this.#store.run(sql.deleteFrom("events").where("id", "<=", (ids.at(-1) ?? 0) - mostKept))
        return ids
      })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return []
    }
  }

  /** Newest first; `next` is the `before` of the next page. */
  list(query: { limit: number; before?: number | undefined }): { items: HostEvent[]; next?: string } {
    this.flush()
    let select = sql
      .selectFrom("events")
      .selectAll()
      .orderBy("id", "desc")
      .limit(query.limit + 1)
    if (query.before !== undefined) select = select.where("id", "<", query.before)
    const rows = this.#store
      .all(select)
      .map(({ capture, ...row }) => hostEvent.parse(capture === null ? row : { ...row, capture }))
    const items = rows.slice(0, query.limit)
    const last = items.at(-1)
    return rows.length > query.limit && last !== undefined ? { items, next: String(last.id) } : { items }
  }
}
