import type { PacketSummary } from "@tundeck/shared"
import type { PacketLog, PacketRow } from "./packet-log.ts"
import type { RowRing } from "./row-ring.ts"

/** The row that is chosen in a live table, and whether it is open. Outside React, as the log is. */
export class RowCursor {
  readonly #log: PacketLog
  readonly #changed: () => void
  #row: PacketSummary | undefined
  #rows: RowRing<PacketRow>
  #position = 0
  #open = false

  constructor(log: PacketLog, changed: () => void) {
    this.#log = log
    this.#rows = log.rows
    this.#changed = changed
  }

  get row(): PacketSummary | undefined {
    return this.#row
  }

  get isOpen(): boolean {
    return this.#open && this.#row !== undefined
  }

  /** Among the rows that are shown; undefined when it is none of them. */
  get position(): number | undefined {
    const { rows } = this.#log
    if (this.#row === undefined) return undefined
    if (this.#rows !== rows) {
      this.#rows = rows
      this.#position = positionOf(rows, this.#row)
    }
    return rows.at(this.#position) === this.#row ? this.#position : undefined
  }

  /** Pauses the table, so that the row stays where it is. A gap cannot be chosen. */
  choose(position: number): void {
    const { rows } = this.#log
    const row = rows.at(position)
    if (row === undefined || "gap" in row) return
    this.#log.pause()
    this.#rows = rows
    this.#row = row
    this.#position = position
    this.#changed()
  }

  /** Goes `by` rows on, no farther than there are; steps over gaps. Without a chosen row it begins at `start`. */
  move(by: number, start: number): void {
    const { rows } = this.#log
    const { position } = this
    const wanted = position === undefined ? start : position + by
    const first = Math.min(Math.max(wanted, rows.first), rows.end - 1)
    this.choose(packetFrom(rows, first, Math.sign(by) || 1) ?? packetFrom(rows, first, -Math.sign(by) || -1) ?? -1)
  }

  open(): void {
    this.#open = true
    this.#changed()
  }

  close(): void {
    this.#open = false
    this.#changed()
  }

  clear(): void {
    this.#row = undefined
    this.close()
  }
}

function positionOf(rows: RowRing<PacketRow>, row: PacketSummary): number {
  for (let position = rows.end - 1; position >= rows.first; position--) if (rows.at(position) === row) return position
  return -1
}

/** The nearest row that is a packet, from `position` on. */
function packetFrom(rows: RowRing<PacketRow>, position: number, step: number): number | undefined {
  for (let at = position; at >= rows.first && at < rows.end; at += step) {
    const row = rows.at(at)
    if (row !== undefined && !("gap" in row)) return at
  }
  return undefined
}
