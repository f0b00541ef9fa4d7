import { CookieMaker } from "../noise/cookies.ts"
import type { Identity } from "../noise/keys.ts"
import { viewMacs } from "../noise/messages.ts"
import { macSize } from "../noise/protocol.ts"
import type { HandshakeSource } from "../ports.ts"
import { refusal } from "../refusal.ts"
import { LoadGauge } from "./load-gauge.ts"

const noMac = new Uint8Array(macSize)

export interface DoorkeeperParts {
  random: (bytes: Uint8Array) => void
  /** A random word. */
  seed: number
  cookieRefreshMs: number
  /** Which of our keys a message is for, by its mac1: the first that is computed. */
  addressee: (message: Uint8Array) => Identity | undefined
  /** Sends a cookie back. */
  answer: (source: number, message: Uint8Array) => void
}

/** Decides which initiations and responses are worth the cost of a handshake. */
export class Doorkeeper {
  readonly #parts: DoorkeeperParts
  readonly #cookies: CookieMaker
  readonly #load: LoadGauge
  /** For whom the message was that `check` let pass. */
  addressee: Identity | undefined

  constructor(parts: DoorkeeperParts) {
    this.#parts = parts
    this.#cookies = new CookieMaker(parts.random, parts.cookieRefreshMs)
    this.#load = new LoadGauge(parts.seed)
  }

  /** 0, or a refusal. */
  check(message: Uint8Array, source: HandshakeSource, now: number): number {
    const hasMac2 = Buffer.compare(viewMacs(message).mac2, noMac) !== 0
    if (!this.#load.mayLook(hasMac2, now)) return refusal.rateLimited
    this.addressee = this.#parts.addressee(message)
    if (this.addressee === undefined) return refusal.notAuthentic
    if (!this.#load.isLoadedBy(now)) return 0
    if (hasMac2) {
      if (!this.#load.mayCheck(now)) return refusal.rateLimited
      if (this.#cookies.hasMac2(message, source.address, source.port, now)) {
        return this.#load.mayAnswer(source.address, now) ? 0 : refusal.rateLimited
      }
    }
    if (!this.#load.maySendCookie(now)) return refusal.rateLimited
    const ours = this.addressee.public
    this.#parts.answer(source.id, this.#cookies.reply(message, ours, source.address, source.port, now))
    return refusal.cookieWanted
  }

  end(): void {
    this.#cookies.end()
  }
}
