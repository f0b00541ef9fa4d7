/** In neither of the rings. */
export const notNoted = -1

/** Where the packets that were foreseen in one wake-up stand in the ring that is shown and in the capture ring. */
export class Foreseen {
  #shown = new Int32Array(256)
  #captured = new Int32Array(256)
  #count = 0

  clear(): void {
    this.#count = 0
  }

  /** Answers by what the other two ask for it. */
  add(shown: number, captured: number): number {
    const i = this.#count++
    if (i === this.#shown.length) this.#grow()
    this.#shown[i] = shown
    this.#captured[i] = captured
    return i
  }

  shown(i: number): number {
    return this.#shown[i] ?? notNoted
  }

  captured(i: number): number {
    return this.#captured[i] ?? notNoted
  }

  /** To as many as a wake-up has had at most: seldom. */
  #grow(): void {
    const [shown, captured] = [this.#shown, this.#captured]
    this.#shown = new Int32Array(2 * shown.length)
    this.#captured = new Int32Array(2 * shown.length)
    this.#shown.set(shown)
    this.#captured.set(captured)
  }
}
