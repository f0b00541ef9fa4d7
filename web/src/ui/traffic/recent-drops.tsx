import { Tooltip } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { dropReasonText, isExpected } from "../../lib/drop-reason.ts"
import { formatCount } from "../../lib/format.ts"
import { useTraffic } from "../../lib/traffic/traffic.ts"
import { StateShape } from "../state-badge.tsx"
import classes from "./sparkline.module.css"

/** The drops of the last minute with their commonest reason; all of them and what to do on hover and focus. */
export function RecentDrops({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation()
  const { recentDrops } = useTraffic(tunnel)
  const [first] = recentDrops
  if (first === undefined) return <span className={classes.none}>{t("traffic.noDrops")}</span>
  const tone = recentDrops.every(({ reason }) => isExpected(reason)) ? "idle" : "bad"
  const sum = recentDrops.reduce((all, { packets }) => all + packets, 0)
  const explained = (
    <>
      {recentDrops.map(({ direction, reason, packets }) => (
        <div key={`${direction} ${reason}`}>
          {formatCount(packets)} {t(`traffic.${direction}`)}: {dropReasonText(reason).title}.{" "}
          {dropReasonText(reason).remedy}
        </div>
      ))}
    </>
  )
  return (
    <Tooltip label={explained}>
      <span className={classes.drops} data-tone={tone}>
        <StateShape tone={tone} />
        <span className={classes.reason}>
          {formatCount(sum)} · {dropReasonText(first.reason).title}
        </span>
      </span>
    </Tooltip>
  )
}
