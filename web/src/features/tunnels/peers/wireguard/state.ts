import type { TunnelPeerStatus } from "@tundeck/shared"

export type KeyedPeerState = "connected" | "waiting" | "expired" | "disabled"

export const keyedPeerStates = [
  "connected",
  "waiting",
  "expired",
  "disabled",
] as const satisfies readonly KeyedPeerState[]

type Known = Pick<TunnelPeerStatus, "enabled" | "connected" | "expiresAt">

/** One word for a wireguard peer at `now`, Unix ms: `expired` has reached its date, whoever enabled it. */
export function keyedPeerState({ enabled, connected, expiresAt }: Known, now: number): KeyedPeerState {
  if (expiresAt !== null && expiresAt <= now) return "expired"
  if (!enabled) return "disabled"
  return connected ? "connected" : "waiting"
}
