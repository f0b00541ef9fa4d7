import type { WireGuardPeer } from "../ports.ts"
import type { SessionContext } from "./context.ts"
import { PeerState } from "./peer-state.ts"

const longestLookMs = 60_000
const never = Number.POSITIVE_INFINITY

/** The peers by place and by public key, and which of them are there: enabled, and not past their date. */
export class PeerTable {
  readonly #context: SessionContext
  #places: (PeerState | null)[] = []
  #byKey = new Map<string, PeerState>()

  constructor(context: SessionContext) {
    this.#context = context
  }

  get count(): number {
    return this.#places.length
  }

  /** Hot. */
  at(place: number): PeerState | null {
    return this.#places[place] ?? null
  }

  /** Whoever has this public key and is there. */
  find(publicKey: Uint8Array): PeerState | undefined {
    const peer = this.#byKey.get(nameOf(publicKey))
    return peer !== undefined && this.isThere(peer) ? peer : undefined
  }

  /** By the clock, not only when it was looked at last. */
  isThere(peer: PeerState): boolean {
    return peer.isEnabled && (peer.expiresAt === null || this.#context.time() < peer.expiresAt)
  }

  set(wanted: readonly (WireGuardPeer | null)[]): void {
    const before = this.#places
    const stays = before.map((peer, place) => peer?.is(wanted[place]) ?? false)
    before.forEach((peer, place) => {
      if (peer === null || stays[place]) return
      this.#silence(peer)
      peer.end()
    })
    this.#context.schedule.resize(wanted.length)
    this.#places = wanted.map((want, place) => {
      if (want === null) return null
      const peer = (stays[place] ? before[place] : null) ?? new PeerState(place, want, this.#context)
      peer.isEnabled = want.enabled
      peer.expiresAt = want.expiresAt
      peer.keepaliveMs = want.keepaliveSeconds * 1000
      return peer
    })
    this.#byKey = new Map()
    for (const peer of this.#places) {
      if (peer === null) continue
      if (peer.isEnabled || !this.#byKey.has(nameOf(peer.key.bytes))) this.#byKey.set(nameOf(peer.key.bytes), peer)
      this.look(peer, 0)
    }
  }

  /** Is it there, now? What changes is done. */
  look(peer: PeerState, now: number): void {
    const { schedule, time } = this.#context
    const isThere = this.isThere(peer)
    if (peer.isActive && !isThere) this.#silence(peer)
    peer.isActive = isThere
    if (isThere) peer.timers.setPersistent(peer.keepaliveMs)
    // Its clock may be set meanwhile: a date is looked at every minute.
    peer.checkAt = never
    if (!peer.isEnabled || peer.expiresAt === null) return
    const left = peer.expiresAt - time()
    peer.checkAt = now + (left > 0 ? Math.min(left, longestLookMs) : longestLookMs)
    schedule.at(peer.place, peer.checkAt)
  }

  dropPending(peer: PeerState): void {
    if (peer.pending === null) return
    this.#context.pending.remove(peer.pending.localIndex)
    peer.pending.transcript.end()
    peer.pending = null
  }

  end(): void {
    for (const peer of this.#places) {
      if (peer === null) continue
      this.#quiet(peer)
      peer.end()
    }
    this.#places = []
    this.#byKey.clear()
    this.#context.schedule.resize(0)
  }

  /** Its secrets end, and what waits for it. Only its time stamp stays: it shall not be played back later. */
  #silence(peer: PeerState): void {
    this.#quiet(peer)
    this.#context.owner.ended(peer.place)
  }

  #quiet(peer: PeerState): void {
    peer.isActive = false
    peer.source = -1
    this.dropPending(peer)
    peer.keys.end()
    peer.timers.clear()
    peer.talk.forget()
    peer.cookies.end()
  }
}

function nameOf(publicKey: Uint8Array): string {
  return Buffer.from(publicKey).toString("latin1")
}
