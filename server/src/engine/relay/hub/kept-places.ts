import type { RelayPeers } from "../messages.ts"

/** For each place of before: the place itself when the same peer still has it, -1 when it is gone, disabled or another's. Cold. */
export function keptPlaces(before: RelayPeers, after: RelayPeers): number[] {
  return before.map((peer, place) => {
    const now = after[place]
    return peer !== null && now?.enabled && now.address === peer.address ? place : -1
  })
}
