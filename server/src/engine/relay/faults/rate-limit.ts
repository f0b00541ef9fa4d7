/** So long a packet waits for its turn at most: a queue that is longer only adds delay. */
const longestWaitMs = 200
/** The bucket: what a pause saves up for, as time. */
const burstMs = 10

/** A token bucket, kept as the time at which it has a token again. */
export class RateLimit {
  #bytesPerMs = Number.POSITIVE_INFINITY
  #free = Number.NEGATIVE_INFINITY

  /** `kilobits` a second; null is no limit. Nobody waits longer than the new rate has them wait. */
  set(kilobits: number | null, now: number): void {
    this.#bytesPerMs = kilobits === null ? Number.POSITIVE_INFINITY : kilobits / 8
    this.#free = Math.min(this.#free, now)
  }

  /** When a packet of so many bytes may go: `now` or later; -1 when it would wait too long, and is none of ours. */
  reserve(length: number, now: number): number {
    if (this.#bytesPerMs === Number.POSITIVE_INFINITY) return now
    const at = Math.max(this.#free, now - burstMs)
    if (at - now > longestWaitMs) return -1
    this.#free = at + length / this.#bytesPerMs
    return Math.max(at, now)
  }

  /** When the packet after the last one may go. */
  get free(): number {
    return this.#free
  }
}
