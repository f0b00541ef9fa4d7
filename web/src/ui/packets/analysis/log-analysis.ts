import { Analysis, type Surroundings } from "@tundeck/shared"
import type { PacketLog } from "../packet-log.ts"

/** Analyses the rows of a table, as many at a time as asked for, in their order. */
export class LogAnalysis {
  readonly #log: PacketLog
  /** What is known beside the rows, now. */
  surroundings: Surroundings
  #analysis: Analysis
  #generation: number
  /** Position of the next row. */
  #next: number

  constructor(log: PacketLog, surroundings: Surroundings) {
    this.#log = log
    this.surroundings = surroundings
    this.#analysis = this.#begin()
    this.#generation = log.held.generation
    this.#next = log.held.first
  }

  get analysis(): Analysis {
    return this.#analysis
  }

  /** Takes the next rows, `most` of them; true when there are more. Begins anew after the table was cleared. */
  take(most: number): boolean {
    const { held } = this.#log
    if (held.generation !== this.#generation) {
      this.#generation = held.generation
      this.#analysis = this.#begin()
      this.#next = held.first
    }
    if (this.#next < held.first) {
      this.#analysis.gap(null)
      this.#next = held.first
    }
    const end = Math.min(held.end, this.#next + most)
    for (; this.#next < end; this.#next++) {
      const row = held.at(this.#next)
      if (row === undefined) continue
      if (!("gap" in row)) this.#analysis.add(row)
      // The newest gap may still grow.
      else if (this.#next === held.end - 1) return false
      else this.#analysis.gap(row.packets)
    }
    return this.#next < held.end
  }

  #begin(): Analysis {
    return new Analysis(() => this.surroundings)
  }
}
