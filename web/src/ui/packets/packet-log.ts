import type { Filter, PacketSummary } from "@tundeck/shared"
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
  readonly #all: RowRing<PacketRow>
  /** All, or those that the filter finds, with the gaps between them. */
  #rows: RowRing<PacketRow>
  #matches: Filter["matches"] | undefined
  readonly #waitingCapacity: number
  readonly #changed: () => void
  #waiting: RowRing<PacketRow>
  #paused = false
  #arrived = 0
  #hidden = 0
  #last: PacketSummary | undefined
  /** What comes now may have come before. */
  #isBack = false

  constructor(changed: () => void, capacity = { shown: shownRows, waiting: waitingRows }) {
    this.#changed = changed
    this.#all = new RowRing(capacity.shown)
    this.#rows = this.#all
    this.#waitingCapacity = capacity.waiting
    this.#waiting = new RowRing(capacity.waiting)
  }

  get rows(): RowRing<PacketRow> {
    return this.#rows
  }

  /** All rows, whatever the filter shows. */
  get held(): RowRing<PacketRow> {
    return this.#all
  }

  /** How many packets and gaps there are, shown or not. */
  get length(): number {
    return this.#all.length
  }

  /** Shows what a filter finds, among what came already and what will come; without one, all. */
  show(matches: Filter["matches"] | undefined): void {
    if (matches === this.#matches) return
    this.#matches = matches
    this.#rows = this.#all
    if (matches !== undefined) {
      this.#rows = new RowRing(this.#all.capacity)
      for (const row of this.#all.values()) this.#put(this.#rows, row)
    }
    this.#hidden = 0
    for (const row of this.#waiting.values()) if (!("gap" in row) && this.#hides(row)) this.#hidden++
    this.#changed()
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Packets that came since the table was paused, and that the filter finds. */
  get arrivedWhilePaused(): number {
    return this.#arrived - this.#hidden
  }

  receive(message: LiveMessages["packets"]): void {
    if (message.type === "packets") {
      for (const item of message.items) this.#take(item)
    } else if (message.dropped > 0 && !this.#isBack) this.#add({ gap: "slow", packets: message.dropped })
    this.#changed()
  }

  /** The connection to the panel was away for a while: the panel begins with the latest rows that it keeps. */
  reconnected(): void {
    this.#isBack = this.#last !== undefined
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
    const kept = [...waited.values()]
    const shown = kept.reduce((sum, row) => sum + ("gap" in row ? 0 : 1), 0)
    const lost = this.#arrived - shown
    this.#arrived = 0
    this.#hidden = 0
    if (lost > 0) this.#add({ gap: "paused", packets: lost })
    for (const row of kept) this.#add(row)
    this.#changed()
  }

  clear(): void {
    this.#all.clear()
    this.#rows.clear()
    this.#waiting.clear()
    this.#arrived = 0
    this.#hidden = 0
    this.#changed()
  }

  #take(packet: PacketSummary): void {
    const last = this.#last
    // The packets of a tunnel that was started again are counted anew.
    if (last !== undefined && packet.number <= last.number && packet.time <= last.time) return
    if (this.#isBack && last !== undefined && packet.number - (packet.packets ?? 1) !== last.number) {
      this.#add({ gap: "connection", packets: null })
    }
    this.#isBack = false
    this.#last = packet
    this.#add(packet)
  }

  #add(row: PacketRow): void {
    if (!this.#paused) {
      this.#put(this.#all, row)
      if (this.#rows !== this.#all) this.#put(this.#rows, row)
      return
    }
    this.#put(this.#waiting, row)
    if ("gap" in row) return
    this.#arrived++
    if (this.#hides(row)) this.#hidden++
  }

  #hides(row: PacketSummary): boolean {
    return this.#matches !== undefined && !this.#matches(row)
  }

  /** Two gaps of a kind in a row are one. */
  #put(ring: RowRing<PacketRow>, row: PacketRow): void {
    if (!("gap" in row)) {
      if (ring !== this.#rows || !this.#hides(row)) ring.push(row)
      return
    }
    const last = ring.at(ring.end - 1)
    if (last === undefined || !("gap" in last) || last.gap !== row.gap) return ring.push(row)
    const packets = last.packets === null || row.packets === null ? null : last.packets + row.packets
    ring.replaceLast({ gap: row.gap, packets })
  }
}
