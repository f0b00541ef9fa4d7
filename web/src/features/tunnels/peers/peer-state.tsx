import type { TunnelPeerStatus, TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { isHub } from "../../../lib/tunnel-peer.ts"
import { StateBadge, type Tone } from "../../../ui/state-badge.tsx"
import { TunnelStateBadge } from "../../../ui/tunnel-state.tsx"

const tones = { connected: "good", waiting: "waiting", disabled: "idle" } as const satisfies Record<string, Tone>

export type PeerState = keyof typeof tones

export function peerState({ enabled, connected }: Pick<TunnelPeerStatus, "enabled" | "connected">): PeerState {
  if (!enabled) return "disabled"
  return connected ? "connected" : "waiting"
}

/** Of a hub's peer; the one peer of another tunnel is as the tunnel is, and of a tunnel that does not run there is nothing else to say. */
export function PeerStateBadge({ peer, tunnel }: { peer: TunnelPeerStatus; tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const state = peerState(peer)
  const isStopped = tunnel.state === "stopped" || tunnel.state === "failed"
  if (!isHub(tunnel) || (isStopped && state !== "disabled")) {
    return <TunnelStateBadge state={tunnel.state} title={tunnel.reason?.detail} />
  }
  return (
    <StateBadge tone={tones[state]} word={t(`peers.state.${state}.word`)} title={t(`peers.state.${state}.title`)} />
  )
}
