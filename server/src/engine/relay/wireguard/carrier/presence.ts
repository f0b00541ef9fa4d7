import type { TunnelReason, TunnelState } from "@tundeck/shared"
import { noHandshakeReason, noTundeckReason } from "../../reasons.ts"

/** REJECT_AFTER_TIME: with keys of that age nothing is sent or taken. */
export const keysForMs = 180_000
/** Its handshakes were unanswered for so long: it is not there. Two were repeated by then. */
export const unansweredForMs = 10_000
const never = Number.POSITIVE_INFINITY

/** What is known of one peer. Times are monotonic ms. */
export class PeerPresence {
  /** Its name for people: how its key begins. */
  readonly name: string
  /** It is called: somebody said where it is. */
  isCalled: boolean
  establishedAt = Number.NEGATIVE_INFINITY
  /** Since when our handshakes are unanswered, and Unix ms of that; never: they are not. */
  unansweredSince = never
  unansweredTime = 0
  /** Where it is, for people; null while there is no way to it. */
  remote: string | null = null
  /** It takes no Ethernet frames, and they are all that the tunnel has. */
  isUnfit = false
  /** What keeps it from being called. */
  trouble: TunnelReason | null = null

  constructor(name: string, isCalled: boolean) {
    this.name = name
    this.isCalled = isCalled
  }

  /** There are keys, and a way to it. */
  isConnected(now: number): boolean {
    return this.remote !== null && !this.isUnfit && now < this.establishedAt + keysForMs
  }

  isUnanswered(now: number): boolean {
    return now >= this.unansweredSince + unansweredForMs
  }
}

/**
 * The state of a tunnel, by its peers. One that was up stays so while nobody misses anybody: peers without traffic let their
 * keys grow old.
 */
export function stateOf(
  peers: readonly (PeerPresence | undefined)[],
  wasUp: boolean,
  waiting: TunnelReason,
  now: number,
): { state: TunnelState; reason: TunnelReason | null } {
  let missed: PeerPresence | undefined
  let trouble: TunnelReason | null = null
  let calls = false
  for (const peer of peers) {
    if (peer === undefined) continue
    if (peer.isConnected(now)) return { state: "up", reason: null }
    calls ||= peer.isCalled
    trouble ??= peer.trouble ?? (peer.isUnfit ? noTundeckReason(peer.name) : null)
    if (peer.isUnanswered(now)) missed ??= peer
  }
  const state = wasUp ? "reconnecting" : "connecting"
  if (trouble !== null) return { state, reason: trouble }
  if (missed !== undefined)
    return { state, reason: noHandshakeReason(missed.name, missed.remote, missed.unansweredTime) }
  if (wasUp) return { state: "up", reason: null }
  return { state, reason: calls ? null : waiting }
}
