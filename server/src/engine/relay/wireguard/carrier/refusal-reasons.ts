import { dropNumber } from "@tundeck/shared"
import { refusal } from "../refusal.ts"

const reasons = new Uint8Array(16)
reasons[refusal.malformed] = dropNumber("bad-packet")
reasons[refusal.unknownIndex] = dropNumber("unknown-session")
reasons[refusal.notAuthentic] = dropNumber("not-authentic")
reasons[refusal.replayed] = dropNumber("replayed")
reasons[refusal.expired] = dropNumber("expired-session")
reasons[refusal.noPeer] = dropNumber("no-peer")
reasons[refusal.cookieWanted] = dropNumber("under-load")
reasons[refusal.rateLimited] = dropNumber("under-load")
reasons[refusal.cipherFailed] = dropNumber("transport-refused")
reasons[refusal.oldInitiation] = dropNumber("bad-handshake")

/** Hot. The drop reason for the session's -refusal of a packet or of a message with one. */
export function reasonOf(answer: number): number {
  return reasons[-answer] ?? 0
}

/** Of a handshake message: a key that nobody knows and one that is disabled look alike. */
export function handshakeReasonOf(answer: number): number {
  const isOwn = -answer === refusal.notAuthentic || -answer === refusal.noPeer
  return isOwn ? (reasons[refusal.oldInitiation] ?? 0) : reasonOf(answer)
}
