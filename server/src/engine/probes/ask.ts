import type { ProbeAnswer } from "@tundeck/shared"

export interface Question {
  /** Of the whole packet, its IP header counted. */
  bytes: number
  hopLimit: number
  timeoutMs: number
}

/** Sends one echo request and waits for what comes of it. Several may be under way. Never rejects. */
export type Ask = (question: Question) => Promise<ProbeAnswer>

export const usualHopLimit = 64
export const answerWithinMs = 1000
/** An IP header and an ICMP header. */
export const headerBytes = { 4: 20 + 8, 6: 40 + 8 } as const
