/**
 * Sends values that follow each other fast: each waits a moment for the next to take its place, and none is sent before the one on its
 * way has arrived. What comes last is always sent.
 */
export class LatestOnly<T> {
  readonly #send: (value: T) => Promise<void>
  #waiting: { value: T } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending = false

  /** `send` may fail: the next value is sent all the same. */
  constructor(send: (value: T) => Promise<void>) {
    this.#send = send
  }

  push(value: T, delayMs: number): void {
    this.#waiting = { value }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#next(), delayMs)
  }

  /** What waits is sent now. */
  flush(): void {
    clearTimeout(this.#timer)
    void this.#next()
  }

  async #next(): Promise<void> {
    if (this.#sending) return // it looks again when it has arrived
    this.#sending = true
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      await this.#send(next.value).catch(() => undefined)
    }
    this.#sending = false
  }

  #take(): { value: T } | undefined {
    const next = this.#waiting
    this.#waiting = undefined
    return next
  }
}
