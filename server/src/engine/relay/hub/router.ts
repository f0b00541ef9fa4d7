import type { RelayPeers } from "../messages.ts"
import type { Router } from "../ports.ts"
import type { MacSighting } from "./mac-table.ts"

// The middle of a hub's road:
//   outbound  look -> route(from the device) -> a peer, or flood to all
//   inbound   look -> mayComeFrom -> faults -> route(from the peer) -> the device, a peer, or flood to the device and the others

/** The router of a tunnel with many peers. */
export interface HubRouter extends Router {
  /** Hot. May peer `peer` send the inbound packet at `at`, which was looked at: 0, or the number of the drop reason. */
  mayComeFrom(view: DataView, at: number, length: number, peer: number): number
  /** Peer i is peers[i] from now on; moved[i] is i for one that stayed, else -1 (`keptPlaces`). */
  setPeers(peers: RelayPeers, moved: readonly number[]): void
  /** The peer is no longer connected. */
  forget(peer: number): void
  /** To be called between batches: does what would cost too much on the road. */
  tend(now: number): void
  macs(now: number): MacSighting[]
}
