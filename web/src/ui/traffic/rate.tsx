import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatBitRate } from "../../lib/format.ts"
import { useTraffic } from "../../lib/traffic/traffic.ts"
import classes from "./sparkline.module.css"
import { Sparkline } from "./sparkline.tsx"

interface RateProps {
  tunnel: TunnelView
  direction: "outbound" | "inbound"
}

/** One direction's rate now, after its last minute. */
export function Rate({ tunnel, direction }: RateProps) {
  const { t } = useTranslation()
  const { rates, series } = useTraffic(tunnel)
  const { times, [direction]: values } = series(60)
  return (
    <span className={classes.rate}>
      <Sparkline times={times} values={values} direction={direction} label={t(`traffic.lastMinute.${direction}`)} />
      <span className={classes.value}>{formatBitRate(rates[direction])}</span>
    </span>
  )
}

export function RateNow({ tunnel, direction }: RateProps) {
  const { rates } = useTraffic(tunnel)
  return <span className={classes.value}>{formatBitRate(rates[direction])}</span>
}
