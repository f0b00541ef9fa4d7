import { Anchor, Text } from "@mantine/core"
import type { Direction, Injected } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../../lib/drop-reason.ts"
import { formatCount } from "../../../lib/format.ts"
import { StateShape } from "../../../ui/state-badge.tsx"

interface FateProps {
  fate: Injected
  direction: Direction
  onSee: () => void
}

/** What became of the packet that was sent last. */
export function Fate({ fate: { length, verdict, reason }, direction, onSee }: FateProps) {
  const { t } = useTranslation("tunnels")
  const why = reason === undefined ? undefined : dropReasonText(reason)
  const way = t(`tryOut.probe.way.${direction}`)
  return (
    <>
      <Text size="sm" fw={600}>
        <StateShape tone={verdict === "dropped" ? "bad" : verdict === "waiting" ? "waiting" : "good"} />{" "}
        {t("tryOut.inject.fate", { bytes: formatCount(length), way, verdict: t(`tryOut.inject.verdict.${verdict}`) })}
        {why !== undefined && ` (${why.title})`}
      </Text>
      <Text size="sm">
        {why?.remedy} {verdict === "waiting" && t("tryOut.inject.waiting")}{" "}
        <Anchor component="button" type="button" size="sm" underline="always" onClick={onSee}>
          {t("tryOut.inject.see")}
        </Anchor>
      </Text>
    </>
  )
}
