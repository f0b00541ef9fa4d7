const smallest = 16

/**
 * What our 32-bit indices mean: sessions or handshakes that peers name as receiver. The indices are random, so they are their own
 * hash; at most half of the slots are taken.
 */
export class IndexTable<T> {
  #indices = new Int32Array(smallest)
  #values: (T | null)[] = new Array(smallest).fill(null)
  #count = 0

  get size(): number {
    return this.#count
  }

  /** Hot. `index`: of either sign. */
  find(index: number): T | null {
    return this.#values[this.#slotOf(index)] ?? null
  }

  /** The index is not in it yet. */
  add(index: number, value: T): void {
    if (this.#count * 2 >= this.#values.length) this.#grow()
    const slot = this.#slotOf(index)
    this.#indices[slot] = index
    this.#values[slot] = value
    this.#count += 1
  }

  remove(index: number): void {
    const mask = this.#values.length - 1
    let gap = this.#slotOf(index)
    if (this.#values[gap] === null) return
    this.#count -= 1
    // Those behind move up, as far as that brings them nearer to where they belong.
    for (let slot = (gap + 1) & mask; this.#values[slot] !== null; slot = (slot + 1) & mask) {
      const home = (this.#indices[slot] ?? 0) & mask
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue
      this.#indices[gap] = this.#indices[slot] ?? 0
      this.#values[gap] = this.#values[slot] ?? null
      gap = slot
    }
    this.#values[gap] = null
  }

  /** The slot where the index stands, or the empty one where it would. */
  #slotOf(index: number): number {
    const values = this.#values
    const mask = values.length - 1
    let slot = index & mask
    while (values[slot] !== null && this.#indices[slot] !== index) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [indices, values] = [this.#indices, this.#values]
    this.#indices = new Int32Array(values.length * 2)
    this.#values = new Array(values.length * 2).fill(null)
    this.#count = 0
    values.forEach((value, slot) => {
      if (value !== null) this.add(indices[slot] ?? 0, value)
    })
  }
}
