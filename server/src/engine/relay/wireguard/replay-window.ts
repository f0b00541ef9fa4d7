const bits = 8192
const wordBits = 32
const words = bits / wordBits
/** A whole block of 64 bits is given up for moving by blocks: 8,128 counters back, as the kernel's own window. */
const size = bits - 64

/**
 * Which counters of a session came already (RFC 6479): a ring of bits that moves by words. Counters are 64-bit, as two words of
 * either sign. Hot.
 */
export class ReplayWindow {
  readonly #seen = new Int32Array(words)
  /** The greatest counter so far; none came before the first. */
  #low = 0
  #high = 0

  /** The low word of the greatest counter so far. */
  get newest(): number {
    return this.#low
  }

  /** Only for authentic messages. True: this counter is new; it is not, afterwards. */
  take(low: number, high: number): boolean {
    // Exact below 2^53, and beyond that far greater than the window.
    const ahead = ((high >>> 0) - (this.#high >>> 0)) * 0x1_0000_0000 + ((low >>> 0) - (this.#low >>> 0))
    if (ahead <= -size) return false
    if (ahead > 0) this.#move(low, high, ahead)
    const word = (low >>> 5) & (words - 1)
    const bit = 1 << (low & (wordBits - 1))
    const seen = this.#seen[word] ?? 0
    if ((seen & bit) !== 0) return false
    this.#seen[word] = seen | bit
    return true
  }

  /** Clears the words from the greatest counter's to that of the new one, which may be the same. */
  #move(low: number, high: number, ahead: number): void {
    const from = this.#low >>> 5
    // Words of a counter's low half are numbered in 27 bits; a step of less than a ring may still be one of all its words.
    const count = ahead >= bits ? words : ((low >>> 5) - from) & 0x7ff_ffff
    for (let i = 1; i <= count; i++) this.#seen[(from + i) & (words - 1)] = 0
    this.#low = low
    this.#high = high
  }
}
