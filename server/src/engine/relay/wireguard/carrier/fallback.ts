import { unansweredForMs } from "./presence.ts"

// udp ──unanswered for 10 s──▶ tcp as well ──answered over tcp──▶ tcp ──an initiation over udp, after 30 s, then every 60 s──▶
//                                                                                                     answered: udp again

const firstTryMs = 30_000
const tryEveryMs = 60_000
/** What is on its way over tcp still has so long to come. */
const lastStreamMs = 5_000
const never = Number.POSITIVE_INFINITY

/** What the policy asks about a peer that is called. Times are monotonic ms; `never` (infinite) where there was none. */
export interface FallbackFacts {
  /** Where the peer proved itself last. */
  isOverTcp: boolean
  /** Since when. */
  since: number
  unansweredSince: number
  /** It is called over tcp, too. */
  callsTcp: boolean
  triedUdpAt: number
}

export interface FallbackStep {
  step: "none" | "call-tcp" | "end-tcp" | "try-udp"
  /** When to ask again, at the latest. */
  nextAt: number
}

/** What is to be done now for a peer that may be reached over tcp when udp fails. */
export function fallbackStep(facts: FallbackFacts, now: number): FallbackStep {
  const { isOverTcp, since, unansweredSince, callsTcp, triedUdpAt } = facts
  if (isOverTcp) {
    const tryAt = triedUdpAt === never ? since + firstTryMs : triedUdpAt + tryEveryMs
    return now >= tryAt ? { step: "try-udp", nextAt: now + tryEveryMs } : { step: "none", nextAt: tryAt }
  }
  if (unansweredSince === never) {
    if (!callsTcp) return { step: "none", nextAt: never }
    const endAt = since + lastStreamMs
    return now >= endAt ? { step: "end-tcp", nextAt: never } : { step: "none", nextAt: endAt }
  }
  if (callsTcp) return { step: "none", nextAt: never }
  const callAt = unansweredSince + unansweredForMs
  return now >= callAt ? { step: "call-tcp", nextAt: never } : { step: "none", nextAt: callAt }
}
