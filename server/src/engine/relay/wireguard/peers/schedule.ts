const never = Number.POSITIVE_INFINITY

/** When which peer wants its alarm: one number for each place. Asking all is cheaper than keeping them in order. */
export class Schedule {
  readonly #wakeAt: (when: number) => void
  #dueAt = new Float64Array(0)
  /** What the owner knows of. */
  #told = never

  constructor(wakeAt: (when: number) => void) {
    this.#wakeAt = wakeAt
  }

  /** Places from 0; new ones have nothing due. */
  resize(places: number): void {
    const before = this.#dueAt
    this.#dueAt = new Float64Array(places).fill(never)
    this.#dueAt.set(before.subarray(0, places))
  }

  /** Hot. Something of this peer is due at `when`, and perhaps something else sooner. */
  at(place: number, when: number): void {
    if (when >= (this.#dueAt[place] ?? never)) return
    this.#dueAt[place] = when
    if (when >= this.#told) return
    this.#told = when
    this.#wakeAt(when)
  }

  /** True once for what was due until now. */
  takeDue(place: number, now: number): boolean {
    if ((this.#dueAt[place] ?? never) > now) return false
    this.#dueAt[place] = never
    return true
  }

  /** When the first is due. */
  next(): number {
    let next = never
    for (let place = 0; place < this.#dueAt.length; place++) next = Math.min(next, this.#dueAt[place] ?? never)
    this.#told = next
    return next
  }
}
