import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { RelativeTime } from "../../../ui/relative-time.tsx"
import { StateShape } from "../../../ui/state-badge.tsx"
import classes from "./detail.module.css"

/** Why the tunnel is not up, in a sentence, and since when. */
export function StateReason({ tunnel: { state, reason, since } }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  if (reason === null) return null
  const tone = state === "failed" ? "bad" : "waiting"
  return (
    <div className={classes.reason} data-tone={tone} role="status">
      <span style={{ color: "var(--tone)" }}>
        <StateShape tone={tone} />
      </span>
      <span>
        {reason.detail} ({t("since")} <RelativeTime time={since} />)
      </span>
    </div>
  )
}
