import type { Timers } from "../noise/protocol.ts"
import type { Schedule } from "./schedule.ts"

const never = Number.POSITIVE_INFINITY

/**
 * The timers of one peer, section 6 of the paper. Each is a time (monotonic ms) at which something is done, or `never`.
 *
 *   retry       initiation sent ──▶ repeat it, or give up      until a handshake completes
 *   keepalive   data received ──▶ say something                until something is sent
 *   silence     data sent ──▶ make new keys                    until something is received
 *   persistent  anything sent or received ──▶ say something
 */
export class PeerTimers {
  readonly #place: number
  readonly #schedule: Schedule
  readonly #times: Timers
  retryAt = never
  keepaliveAt = never
  silenceAt = never
  persistentAt = never
  /** Since when somebody wants the handshake that is under way. */
  beganAt = Number.NEGATIVE_INFINITY
  /** Drawn anew with each initiation: others' timers shall not run in step with ours. */
  jitter = 0
  persistentMs = 0
  #wantsAnotherKeepalive = false

  constructor(place: number, schedule: Schedule, times: Timers) {
    this.#place = place
    this.#schedule = schedule
    this.#times = times
  }

  /** The first of them. */
  get nextAt(): number {
    return Math.min(this.retryAt, this.keepaliveAt, this.silenceAt, this.persistentAt)
  }

  /** An initiation was sent, or may not be sent before `since` + REKEY_TIMEOUT. */
  retryAfter(since: number): void {
    const { rekeyTimeout, rekeyAttempt } = this.#times
    this.retryAt = Math.min(since + rekeyTimeout + this.jitter, this.beganAt + rekeyAttempt)
    this.#schedule.at(this.#place, this.retryAt)
  }

  isGivenUp(now: number): boolean {
    return now - this.beganAt >= this.#times.rekeyAttempt
  }

  completed(): void {
    this.retryAt = never
  }

  // Hot from here.

  /** Anything but a cookie was sent; whether it is data decides if an answer is awaited. */
  sent(now: number, isData: boolean): void {
    this.keepaliveAt = never
    if (isData && this.silenceAt === never) {
      this.silenceAt = now + this.#times.keepalive + this.#times.rekeyTimeout + this.jitter
      this.#schedule.at(this.#place, this.silenceAt)
    }
    this.#passed(now)
  }

  /** Anything authentic was received. */
  received(now: number, isData: boolean): void {
    this.silenceAt = never
    if (isData && this.keepaliveAt === never) {
      this.keepaliveAt = now + this.#times.keepalive
      this.#schedule.at(this.#place, this.keepaliveAt)
    } else if (isData) this.#wantsAnotherKeepalive = true
    this.#passed(now)
  }

  /** The keepalive that was due is sent; data that came since the timer began wants another. */
  keptAlive(now: number): void {
    this.keepaliveAt = never
    if (!this.#wantsAnotherKeepalive) return
    this.#wantsAnotherKeepalive = false
    this.keepaliveAt = now + this.#times.keepalive
    this.#schedule.at(this.#place, this.keepaliveAt)
  }

  #passed(now: number): void {
    if (this.persistentMs > 0) this.persistFrom(now)
  }

  persistFrom(now: number): void {
    this.persistentAt = now + this.persistentMs
    this.#schedule.at(this.#place, this.persistentAt)
  }

  /** 0: none. A new one begins at once. */
  setPersistent(milliseconds: number): void {
    if (milliseconds === this.persistentMs) return
    this.persistentMs = milliseconds
    this.persistentAt = milliseconds > 0 ? 0 : never
    if (milliseconds > 0) this.#schedule.at(this.#place, 0)
  }

  /** All off. A persistent keepalive that is set again begins at once. */
  clear(): void {
    this.retryAt = this.keepaliveAt = this.silenceAt = this.persistentAt = never
    this.persistentMs = 0
    this.#wantsAnotherKeepalive = false
  }
}
