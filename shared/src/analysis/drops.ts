import { type Direction, type DropReason, dropReasons } from "../model/verdict.ts"
import { note, type Seen, unseen } from "./amount.ts"
import { type AnalysedRow, packetsOf } from "./row.ts"

/** What was dropped in one direction for one reason. */
export interface Drop extends Seen {
  readonly direction: Direction
  readonly reason: DropReason
  /** What the reason means, and what to do about it. */
  readonly title: string
  readonly remedy: string
  packets: number
  bytes: number
  readonly filter: string
}

export class Drops {
  readonly #drops = new Map<string, Drop>()

  add(row: AnalysedRow): void {
    if (row.reason === undefined) return
    const key = `${row.direction} ${row.reason}`
    const drop = this.#drops.get(key) ?? begin(row, row.reason)
    this.#drops.set(key, drop)
    drop.packets += packetsOf(row)
    drop.bytes += row.length
    note(drop, row)
  }

  list(): readonly Drop[] {
    return [...this.#drops.values()]
  }
}

function begin({ time, direction }: AnalysedRow, reason: DropReason): Drop {
  const { title, remedy } = dropReasons.find(({ code }) => code === reason) ?? { title: reason, remedy: "" }
  const filter = `reason == ${reason} and ${direction}`
  return { ...unseen(time), direction, reason, title, remedy, packets: 0, bytes: 0, filter }
}
