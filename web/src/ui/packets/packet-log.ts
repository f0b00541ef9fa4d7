import type { PacketSummary } from "@tundeck/shared"
import type { LiveMessages } from "../../lib/live/connection.ts"
import { RowRing } from "./row-ring.ts"

/** Why packets are missing at a place of the table; how many, when that is known. */
export interface GapRow {
  gap: "slow" | "paused" | "connection"
  packets: number | null
}
export type PacketRow = PacketSummary | GapRow

const shownRows = 100_000
const waitingRows = 20_000

//  following ──pause──▶ paused: rows wait, at most 20,000, the oldest fall into a gap
//      ▲─────follow─────────┘
/** The rows of one live table, outside React: whoever shows them asks for `rows` and is told of changes. */
export class PacketLog {
  readonly rows: RowRing<PacketRow>
  readonly #waitingCapacity: number
  readonly #changed: () => void
  #waiting: RowRing<PacketRow>
  #paused = false
  #arrived = 0

  constructor(changed: () => void, capacity = { shown: shownRows, waiting: waitingRows }) {
    this.#changed = changed
    this.rows = new RowRing(capacity.shown)
    this.#waitingCapacity = capacity.waiting
    this.#waiting = new RowRing(capacity.waiting)
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Packets that came since the table was paused. */
  get arrivedWhilePaused(): number {
    return this.#arrived
  }

  receive(message: LiveMessages["packets"]): void {
    if (message.type === "gap") {
      if (message.dropped > 0) this.#gap({ gap: "slow", packets: message.dropped })
    } else {
      const target = this.#target
      for (const item of message.items) target.push(item)
      if (this.#paused) this.#arrived += message.items.length
    }
    this.#changed()
  }

  /** The connection to the panel was away for a while: nobody counted what passed. */
  reconnected(): void {
    if (this.rows.length + this.#waiting.length > 0) this.#gap({ gap: "connection", packets: null })
    this.#changed()
  }

  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#changed()
  }

  follow(): void {
    if (!this.#paused) return
    this.#paused = false
    const waited = this.#waiting
    this.#waiting = new RowRing(this.#waitingCapacity)
    const kept = []
    for (let at = waited.first; at < waited.end; at++) kept.push(waited.at(at))
    const shown = kept.reduce((sum, row) => sum + (row !== undefined && !("gap" in row) ? 1 : 0), 0)
    const lost = this.#arrived - shown
    this.#arrived = 0
    if (lost > 0) this.#gap({ gap: "paused", packets: lost })
    for (const row of kept) if (row) this.rows.push(row)
    this.#changed()
  }

  clear(): void {
    this.rows.clear()
    this.#waiting.clear()
    this.#arrived = 0
    this.#changed()
  }

  get #target(): RowRing<PacketRow> {
    return this.#paused ? this.#waiting : this.rows
  }

  #gap(gap: GapRow): void {
    const target = this.#target
    const last = target.at(target.end - 1)
    if (last === undefined || !("gap" in last) || last.gap !== gap.gap) return target.push(gap)
    const packets = last.packets === null || gap.packets === null ? null : last.packets + gap.packets
    target.replaceLast({ gap: gap.gap, packets })
  }
}
