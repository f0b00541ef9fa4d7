const messagesPerSecond = 20
const burst = 5
const costMs = 1000 / messagesPerSecond
const fullMs = costMs * burst
/** Sources whose hashes meet share this many slots. */
const ways = 4
const mapped = 0xffff
const sign = 0x8000_0000 | 0

/**
 * So many handshake messages a second of each source address, while under load: IPv4 /32, IPv6 /64. The table is bounded; a
 * source that finds no slot of an idle one is refused. Mac2 was right: nobody fills it with addresses that are not its own.
 */
export class SourceRates {
  readonly #slots: number
  /** Two words of address a slot. */
  readonly #words: Int32Array
  /** When the slot's bucket would be full again: a slot is idle from then on. */
  readonly #fullAt: Float64Array
  readonly #seed: number

  /** `seed`: a random word, so that nobody knows which addresses meet. `slots`: a power of two. */
  constructor(seed: number, slots = 4096) {
    this.#seed = seed
    this.#slots = slots
    this.#words = new Int32Array(slots * 2)
    this.#fullAt = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY)
  }

  /** `address`: 16 bytes, IPv4 mapped. True: this one may pass. `now`: monotonic ms. */
  allows(address: Uint8Array, now: number): boolean {
    const view = new DataView(address.buffer, address.byteOffset)
    const isV4 = view.getInt32(0) === 0 && view.getInt32(4) === 0 && view.getInt32(8) === mapped
    // A mapped address stands apart from all of ::/64.
    const first = isV4 ? sign : view.getInt32(0)
    const second = isV4 ? view.getInt32(12) : view.getInt32(4)
    const slot = this.#slotOf(first, second, now)
    if (slot === nowhere) return false
    const fullAt = Math.max(now, this.#fullAt[slot] ?? 0) + costMs
    if (fullAt - now > fullMs) return false
    this.#fullAt[slot] = fullAt
    return true
  }

  #slotOf(first: number, second: number, now: number): number {
    const set = this.#hash(first, second) & (this.#slots - ways)
    let idle = nowhere
    for (let slot = set; slot < set + ways; slot++) {
      if ((this.#fullAt[slot] ?? 0) <= now) idle = slot
      else if (this.#words[slot * 2] === first && this.#words[slot * 2 + 1] === second) return slot
    }
    if (idle === nowhere) return nowhere
    this.#words[idle * 2] = first
    this.#words[idle * 2 + 1] = second
    this.#fullAt[idle] = now
    return idle
  }

  #hash(first: number, second: number): number {
    let hash = Math.imul(first ^ this.#seed, 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 13) ^ second, 0xc2b2_ae35)
    hash = Math.imul(hash ^ (hash >>> 16) ^ this.#seed, 0x27d4_eb2f)
    return hash ^ (hash >>> 15)
  }
}

const nowhere = -1
