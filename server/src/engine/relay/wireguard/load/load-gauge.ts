import { SourceRates } from "./source-rates.ts"

/** So many that `allows` a second, and `burst` at once. */
class Bucket {
  readonly #perMs: number
  readonly #burst: number
  #level = 0
  #at = Number.NEGATIVE_INFINITY

  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000
    this.#burst = burst
  }

  hasRoom(now: number): boolean {
    this.#level = Math.max(0, this.#level - (now - this.#at) * this.#perMs)
    this.#at = now
    return this.#level + 1 <= this.#burst
  }

  /** False, and not counted, when it is full. */
  take(now: number): boolean {
    if (!this.hasRoom(now)) return false
    this.#level += 1
    return true
  }
}

// A handshake costs half a millisecond, a cookie or a check a twentieth of that: all limits together take three quarters of a core
// when everybody has a cookie, and a tenth when nobody has one.
const handshakesPerSecond = 1_100
// Far below what an engine can do: one that has little of the processor would else try all that it can, and never see that it is too much.
const calmPerSecond = 300
const handshakesAtOnce = 500
const cookiesPerSecond = 2_000
const cookiesAtOnce = 200
const checksPerSecond = 4_000
const checksAtOnce = 400
/** Load lasts so long after the last handshake that was too many. */
const loadMs = 1_000

/**
 * Whether the handshakes with a right mac1 are too many: more than 300 a second, or 500 at once. For a second from then on each
 * has to show a cookie (mac2) of its address, and addresses have their rates.
 */
export class LoadGauge {
  readonly #arrivals = new Bucket(calmPerSecond, handshakesAtOnce)
  readonly #proven = new Bucket(handshakesPerSecond, handshakesAtOnce)
  readonly #cookies = new Bucket(cookiesPerSecond, cookiesAtOnce)
  readonly #checks = new Bucket(checksPerSecond, checksAtOnce)
  readonly #rates: SourceRates
  #loadedUntil = Number.NEGATIVE_INFINITY

  constructor(seed: number) {
    this.#rates = new SourceRates(seed)
  }

  /** Before anything is computed for a message: under load, is there room for what it would lead to? */
  mayLook(hasMac2: boolean, now: number): boolean {
    return now >= this.#loadedUntil || (hasMac2 ? this.#checks : this.#cookies).hasRoom(now)
  }

  /** One with a right mac1 came. True: there are too many. */
  isLoadedBy(now: number): boolean {
    if (!this.#arrivals.take(now)) this.#loadedUntil = now + loadMs
    return now < this.#loadedUntil
  }

  /** Under load, one with a mac2: it may be checked. */
  mayCheck(now: number): boolean {
    return this.#checks.take(now)
  }

  /** Under load, one with a right mac2: it may be answered. */
  mayAnswer(address: Uint8Array, now: number): boolean {
    return this.#rates.allows(address, now) && this.#proven.take(now)
  }

  /** Under load, one without: it may be sent a cookie. */
  maySendCookie(now: number): boolean {
    return this.#cookies.take(now)
  }
}
