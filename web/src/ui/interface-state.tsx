import type { InterfaceView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { type InterfaceState, interfaceState } from "../lib/interface-state.ts"
import { StateBadge, type Tone } from "./state-badge.tsx"

const tones: Record<InterfaceState, Tone> = { up: "good", waiting: "waiting", down: "idle", missing: "bad" }

export function InterfaceStateBadge({ view }: { view: Pick<InterfaceView, "actual"> }) {
  const { t } = useTranslation()
  const state = interfaceState(view)
  return (
    <StateBadge
      tone={tones[state]}
      word={t(`state.interface.${state}.word`)}
      title={t(`state.interface.${state}.title`)}
    />
  )
}
