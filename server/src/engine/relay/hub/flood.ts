import type { Batch } from "../batch.ts"

/**
 * Hot. Appends packet `i` once for each connected peer but its sender (-1: the device), from peer `next` on, until the
 * batch is full. Answers the peer to go on with when there is room again; peersUp.length when all have it.
 */
export function expandFlood(
  from: Batch,
  i: number,
  peersUp: Uint8Array,
  sender: number,
  to: Batch,
  next: number,
): number {
  for (; next < peersUp.length; next++) {
    if (peersUp[next] === 0 || next === sender) continue
    if (to.isFull) return next
    to.copy(from, i, next)
  }
  return next
}
