/** Runs one change after the other: what a change has read stays true until it has written. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {}) // its own caller hears of it; the next one does not
    return result
  }
}
