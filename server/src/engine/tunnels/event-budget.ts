const mostAtOnce = 20
const everyMs = 6_000

/**
 * A peer that connects and fails in a loop shall not fill the time line: 20 events at once, then ten a minute. What is
 * left out is counted.
 */
export class EventBudget {
  #left = mostAtOnce
  #countedAt = 0
  #omitted = 0

  /** How many were left out before this one; undefined: leave this one out, too. `now` in ms. */
  ask(now: number): number | undefined {
    const earned = Math.floor((now - this.#countedAt) / everyMs)
    if (earned > 0) {
      this.#left = Math.min(mostAtOnce, this.#left + earned)
      this.#countedAt += earned * everyMs
    }
    if (this.#left === mostAtOnce) this.#countedAt = now
    if (this.#left === 0) {
      this.#omitted += 1
      return undefined
    }
    this.#left -= 1
    const omitted = this.#omitted
    this.#omitted = 0
    return omitted
  }
}
