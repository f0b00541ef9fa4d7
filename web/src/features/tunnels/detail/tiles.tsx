import { Tooltip } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import type { CSSProperties, ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { formatBitRate, formatCount, formatMilliseconds } from "../../../lib/format.ts"
import { useTraffic } from "../../../lib/traffic/traffic.ts"
import { isHub } from "../../../lib/tunnel-peer.ts"
import classes from "./detail.module.css"

/** The four numbers that one looks at first. */
export function Tiles({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { rates, stats } = useTraffic(tunnel)
  const roundTrip = tunnel.state === "up" ? stats.roundTripMs : null
  return (
    <div className={classes.tiles}>
      <Tile name={t("live.out")} line="var(--td-outbound)" value={formatBitRate(rates.outbound)} />
      <Tile name={t("live.in")} line="var(--td-inbound)" value={formatBitRate(rates.inbound)} />
      <Tile
        name={t("live.roundTrip")}
        note={t(`live.roundTripNote.${measured(tunnel)}`)}
        value={roundTrip === null ? common("page.none") : formatMilliseconds(roundTrip)}
      />
      <Tile name={t("live.reconnects")} note={t("live.reconnectsNote")} value={formatCount(stats.reconnects)} />
    </div>
  )
}

/** Which round trip it is. */
function measured(tunnel: TunnelView): "hub" | "keyed" | TunnelView["transport"]["kind"] {
  if (isHub(tunnel)) return "hub"
  return tunnel.security.kind === "wireguard" ? "keyed" : tunnel.transport.kind
}

function Tile({ name, value, note, line }: { name: string; value: ReactNode; note?: string; line?: string }) {
  const style: (CSSProperties & Record<"--line", string>) | undefined =
    line === undefined ? undefined : { "--line": line }
  return (
    <Tooltip label={note} disabled={note === undefined}>
      <div className={classes.tile} style={style}>
        <div className={classes.tileName}>
          {line !== undefined && <i aria-hidden="true" />}
          {name}
        </div>
        <div className={classes.tileValue}>{value}</div>
      </div>
    </Tooltip>
  )
}
