import type { RelayPeer, RelayPeers } from "../messages.ts"

/** For each place of before: the place itself when the same peer still has it, -1 when it is gone, another's, or is or was disabled. Cold. */
export function keptPlaces(before: RelayPeers, after: RelayPeers): number[] {
  return before.map((peer, place) => {
    const now = after[place]
    return peer?.enabled && now?.enabled && isSamePeer(peer, now) ? place : -1
  })
}

/** By its key where it has one, else by its address. */
function isSamePeer(a: RelayPeer, b: RelayPeer): boolean {
  if (a.wireguard === undefined || b.wireguard === undefined)
    return a.address === b.address && a.wireguard === b.wireguard
  return Buffer.compare(a.wireguard.publicKey, b.wireguard.publicKey) === 0
}
