import type { TunnelPeerStatus, TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { useNow } from "../../../../lib/use-now.ts"
import { RelativeTime } from "../../../../ui/relative-time.tsx"
import { StateBadge, type Tone } from "../../../../ui/state-badge.tsx"
import { TunnelStateBadge } from "../../../../ui/tunnel-state.tsx"
import classes from "../peers.module.css"
import { type KeyedPeerState, keyedPeerState } from "./state.ts"

const tones: Record<KeyedPeerState, Tone> = { connected: "good", waiting: "waiting", expired: "idle", disabled: "idle" }

/** State of a peer, and when keys were agreed last. Of a tunnel that does not run there is nothing else to say than that. */
export function KeyedPeerStateBadge({ peer, tunnel }: { peer: TunnelPeerStatus; tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const state = keyedPeerState(peer, useNow())
  const isStopped = tunnel.state === "stopped" || tunnel.state === "failed"
  if (isStopped && (state === "connected" || state === "waiting")) {
    return <TunnelStateBadge state={tunnel.state} title={tunnel.reason?.detail} />
  }
  return (
    <span className={classes.state}>
      <StateBadge tone={tones[state]} word={t(`keyed.state.${state}.word`)} title={t(`keyed.state.${state}.title`)} />
      <span className={classes.quiet}>
        {peer.lastHandshakeAt === null ? (
          t("keyed.noHandshake")
        ) : (
          <>
            {t("keyed.handshake")} <RelativeTime time={peer.lastHandshakeAt} />
          </>
        )}
      </span>
    </span>
  )
}
