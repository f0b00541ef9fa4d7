/** At most so many entries: the one that was asked for the longest ago is forgotten, and counted. */
export class LatestMap<Key, Value> {
  readonly #most: number
  readonly #entries = new Map<Key, Value>()
  #forgotten = 0

  constructor(most: number) {
    this.#most = Math.max(1, most)
  }

  get size(): number {
    return this.#entries.size
  }

  get forgotten(): number {
    return this.#forgotten
  }

  /** The entry, which is now the latest. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  getOrMake(key: Key, make: () => Value): Value {
    const value = this.get(key)
    if (value !== undefined) return value
    const made = make()
    this.#entries.set(key, made)
    if (this.#entries.size > this.#most) this.#forgetOldest()
    return made
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  values(): Value[] {
    return [...this.#entries.values()]
  }

  #forgetOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      this.#forgotten++
      return
    }
  }
}
