/** The newest `capacity` rows. Positions count every row ever pushed, so they stay true while old rows fall out. */
export class RowRing<Row> {
  readonly capacity: number
  #rows: Row[] = []
  #end = 0
  #generation = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  /** Position of the oldest row that is still here. */
  get first(): number {
    return Math.max(0, this.#end - this.capacity)
  }

  /** Position after the newest row. */
  get end(): number {
    return this.#end
  }

  get length(): number {
    return this.#end - this.first
  }

  push(row: Row): void {
    this.#rows[this.#end % this.capacity] = row
    this.#end++
  }

  at(position: number): Row | undefined {
    return position < this.first || position >= this.#end ? undefined : this.#rows[position % this.capacity]
  }

  /** The oldest first. */
  *values(): Generator<Row, void> {
    for (let position = this.first; position < this.#end; position++) {
      const row = this.#rows[position % this.capacity]
      if (row !== undefined) yield row
    }
  }

  /** Puts another in the newest row's place. */
  replaceLast(row: Row): void {
    if (this.#end > 0) this.#rows[(this.#end - 1) % this.capacity] = row
  }

  /** Another one after each clear(): positions then begin anew. */
  get generation(): number {
    return this.#generation
  }

  /** Forgets all rows. */
  clear(): void {
    this.#generation++
    this.#rows = []
    this.#end = 0
  }
}
