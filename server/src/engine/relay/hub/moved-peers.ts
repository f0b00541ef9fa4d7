import type { RelayPeer } from "../ports.ts"

/** The new index of each peer of before, found by its address; -1 for one that is gone or disabled. Cold. */
export function movedPeers(
  before: readonly Pick<RelayPeer, "address">[],
  after: readonly Pick<RelayPeer, "address" | "enabled">[],
): number[] {
  const indices = new Map(after.map(({ address, enabled }, i) => [address, enabled ? i : -1]))
  return before.map(({ address }) => indices.get(address) ?? -1)
}
