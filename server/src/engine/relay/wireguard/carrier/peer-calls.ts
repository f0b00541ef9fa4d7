import type { TunnelReason } from "@tundeck/shared"
import type { NumericEndpoint, RelayPeer } from "../../messages.ts"
import { unknownName } from "../../reasons.ts"

const resolveTimeoutMs = 15_000
/** A name is looked up again so often while its peer does not answer. */
const resolveEveryMs = 30_000
/** A peer that was given up is called again, half of the time by chance: somebody wants it, or would not have said where it is. */
const recallMs = 30_000
const never = Number.POSITIVE_INFINITY

export interface PeerCallsEvents {
  /** Its addresses, the one to call first. */
  call(place: number, remotes: readonly NumericEndpoint[], named: boolean): void
  /** Try for keys again. */
  initiate(place: number): void
  resolve(place: number): void
  /** What keeps a peer from being called; null: nothing any more. */
  trouble(place: number, reason: TunnelReason | null): void
  wakeAt(when: number): void
}

interface Call {
  remotes: readonly NumericEndpoint[]
  named: boolean
  /** Which of the addresses is called. */
  attempt: number
  resolveBy: number
  resolvedAt: number
  recallAt: number
}

/** Where the peers are called that are: one address after the other, and by name anew, until they answer. */
export class PeerCalls {
  readonly #events: PeerCallsEvents
  readonly #clock: () => number
  readonly #calls = new Map<number, Call>()

  /** `clock` tells monotonic ms. */
  constructor(events: PeerCallsEvents, clock: () => number) {
    this.#events = events
    this.#clock = clock
  }

  has(place: number): boolean {
    return this.#calls.has(place)
  }

  /** The one that is called now first. */
  remotes(place: number): readonly NumericEndpoint[] {
    const call = this.#calls.get(place)
    if (call === undefined) return []
    const first = call.remotes.length === 0 ? 0 : call.attempt % call.remotes.length
    return [...call.remotes.slice(first), ...call.remotes.slice(0, first)]
  }

  isNamed(place: number): boolean {
    return this.#calls.get(place)?.named ?? false
  }

  /** The peer is called, where that is said of it. */
  begin(place: number, { wireguard }: RelayPeer): void {
    this.end(place)
    if (wireguard === undefined || (wireguard.remotes.length === 0 && !wireguard.named)) return
    const { remotes, named } = wireguard
    const call = { remotes, named, attempt: 0, resolveBy: never, resolvedAt: this.#clock(), recallAt: never }
    this.#calls.set(place, call)
    if (remotes.length === 0) this.#resolve(place, call)
    else this.#events.call(place, remotes, named)
  }

  end(place: number): void {
    this.#calls.delete(place)
  }

  /** Its handshakes are unanswered: the next address, and perhaps the name has another by now. */
  goOn(place: number): void {
    const call = this.#calls.get(place)
    if (call === undefined) return
    call.attempt += 1
    if (call.named && this.#clock() >= call.resolvedAt + resolveEveryMs) this.#resolve(place, call)
    if (call.remotes.length > 0) this.#events.call(place, this.remotes(place), call.named)
  }

  /** Its handshakes were given up. */
  givenUp(place: number): void {
    const call = this.#calls.get(place)
    if (call === undefined) return
    call.recallAt = this.#clock() + recallMs * (0.5 + Math.random() / 2)
    this.#events.wakeAt(call.recallAt)
  }

  answered(place: number): void {
    const call = this.#calls.get(place)
    if (call !== undefined) call.recallAt = never
  }

  setRemotes(place: number, remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    const call = this.#calls.get(place)
    if (call === undefined || call.resolveBy === never) return
    call.resolveBy = never
    if (remotes.length > 0) {
      call.remotes = remotes
      call.attempt = 0
    }
    if (call.remotes.length === 0 || reason !== null) {
      this.#events.trouble(place, reason ?? unknownName)
      return this.givenUp(place)
    }
    this.#events.trouble(place, null)
    this.#events.call(place, this.remotes(place), call.named)
  }

  alarm(now: number): number {
    let next = never
    for (const [place, call] of this.#calls) {
      if (now >= call.resolveBy) this.setRemotes(place, [], null)
      if (now >= call.recallAt) {
        call.recallAt = never
        if (call.named) this.#resolve(place, call)
        if (call.remotes.length > 0) this.#events.initiate(place)
      }
      next = Math.min(next, call.resolveBy, call.recallAt)
    }
    return next
  }

  #resolve(place: number, call: Call): void {
    if (call.resolveBy !== never) return
    call.resolvedAt = this.#clock()
    call.resolveBy = call.resolvedAt + resolveTimeoutMs
    this.#events.wakeAt(call.resolveBy)
    this.#events.resolve(place)
  }
}
