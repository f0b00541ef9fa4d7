/** Of the time between two looks so much counts: who is stopped for longer, or waits for its turn, has not waited in the test's time. */
const longestMs = 20

/** Monotonic ms that pass as they do, or as the test wants. */
export class TestClock {
  #seen = performance.now()
  #now = this.#seen

  readonly read = (): number => {
    const seen = performance.now()
    this.#now += Math.min(seen - this.#seen, longestMs)
    this.#seen = seen
    return this.#now
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds
  }
}
