import type { TunnelState } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { StateBadge, type Tone } from "./state-badge.tsx"

const tones: Record<TunnelState, Tone> = {
  stopped: "idle",
  connecting: "waiting",
  up: "good",
  reconnecting: "waiting",
  failed: "bad",
}

/** The state of a tunnel. `title` is the reason, in a sentence. */
export function TunnelStateBadge({ state, title }: { state: TunnelState; title?: string | undefined }) {
  const { t } = useTranslation()
  return <StateBadge tone={tones[state]} word={t(`state.tunnel.${state}`)} title={title} />
}
