import { type Amount, addTo, nothing } from "./amount.ts"
import { hostFilter } from "./filter-text.ts"
import { LatestMap } from "./latest-map.ts"
import type { AnalysedRow } from "./row.ts"
import type { Stream } from "./stream.ts"

/** One address, and what it sent and was sent. */
export interface Talker {
  readonly address: string
  readonly sent: Amount
  readonly received: Amount
  last: number
  readonly filter: string
}

const mostTalkers = 1000

export class Talkers {
  readonly #talkers = new LatestMap<string, Talker>(mostTalkers)

  add(row: AnalysedRow, { source, destination }: Stream): void {
    const from = this.#talker(source.address)
    addTo(from.sent, row)
    from.last = row.time
    const to = this.#talker(destination.address)
    addTo(to.received, row)
    to.last = row.time
  }

  /** How many were left out for those that spoke later. */
  get forgotten(): number {
    return this.#talkers.forgotten
  }

  list(): readonly Talker[] {
    return this.#talkers.values()
  }

  #talker(address: string): Talker {
    return this.#talkers.getOrMake(address, () => ({
      address,
      sent: nothing(),
      received: nothing(),
      last: 0,
      filter: hostFilter(address),
    }))
  }
}
