import { hasMac1 } from "../noise/cookies.ts"
import { Identity } from "../noise/keys.ts"
import type { WireGuardIdentity } from "../ports.ts"

/** Our static keys: the one that holds, and the one before it while peers still know that one alone. */
export class Identities {
  #current: Identity
  #previous: Identity | null

  constructor(wanted: WireGuardIdentity) {
    this.#current = new Identity(wanted.privateKey)
    this.#previous = this.#take(wanted.previousPrivateKey, [])
  }

  get current(): Identity {
    return this.#current
  }

  /** Answers those that are no more; their holders forget them, and then end them. */
  set(wanted: WireGuardIdentity): Identity[] {
    const before = this.#all
    this.#current = this.#take(wanted.privateKey, before) ?? this.#current
    this.#previous = this.#take(wanted.previousPrivateKey, before)
    return before.filter((identity) => !this.#all.includes(identity))
  }

  /** To whom an initiation or response is, by its mac1. */
  addressee(message: Uint8Array): Identity | undefined {
    if (hasMac1(message, this.#current.public)) return this.#current
    if (this.#previous !== null && hasMac1(message, this.#previous.public)) return this.#previous
    return undefined
  }

  /** With which to try after `tried` got no answer. */
  after(tried: Identity): Identity {
    return tried === this.#current ? (this.#previous ?? this.#current) : this.#current
  }

  isPrevious(identity: Identity | null): boolean {
    return identity !== null && identity === this.#previous
  }

  end(): void {
    for (const identity of this.#all) identity.end()
  }

  get #all(): Identity[] {
    return this.#previous === null ? [this.#current] : [this.#current, this.#previous]
  }

  /** The one of those known, or a new one. */
  #take(raw: Uint8Array | null, known: readonly Identity[]): Identity | null {
    if (raw === null) return null
    return known.find((identity) => identity.is(raw)) ?? new Identity(raw)
  }
}
