import { Text } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { dropReasonText } from "../../../lib/drop-reason.ts"
import { formatBytes, formatCount } from "../../../lib/format.ts"
import { useTraffic } from "../../../lib/traffic/traffic.ts"
import { Section } from "../../../ui/section.tsx"
import classes from "./detail.module.css"

const ways = [
  { direction: "outbound", name: "outWay" },
  { direction: "inbound", name: "inWay" },
] as const

export function Counters({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { stats } = useTraffic(tunnel)
  return (
    <Section title={t("live.counters")} note={t("live.countersNote")}>
      <table className={classes.numbers} aria-label={t("live.counters")}>
        <thead>
          <tr>
            <th scope="col">{t("live.way")}</th>
            <th scope="col">{t("live.packets")}</th>
            <th scope="col">{t("live.bytes")}</th>
            <th scope="col">{t("live.dropped")}</th>
          </tr>
        </thead>
        <tbody>
          {ways.map(({ direction, name }) => (
            <tr key={direction}>
              <th scope="row">{t(`live.${name}`)}</th>
              <td>{formatCount(stats[direction].packets)}</td>
              <td title={formatCount(stats[direction].bytes)}>{formatBytes(stats[direction].bytes)}</td>
              <td>{formatCount(stats[direction].dropped)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

/** Every drop with what it means and what to do about it. */
export function Drops({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const { stats } = useTraffic(tunnel)
  const drops = stats.drops.filter(({ packets }) => packets > 0).toSorted((a, b) => b.packets - a.packets)
  return (
    <Section title={t("live.drops")}>
      {drops.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("live.noDrops")}
        </Text>
      ) : (
        <table className={classes.numbers} aria-label={t("live.drops")}>
          <thead>
            <tr>
              <th scope="col">{t("live.reason")}</th>
              <th scope="col">{t("live.way")}</th>
              <th scope="col">{t("live.packets")}</th>
            </tr>
          </thead>
          <tbody>
            {drops.map(({ direction, reason, packets }) => (
              <tr key={`${direction} ${reason}`}>
                <th scope="row">
                  {dropReasonText(reason).title}
                  <Text size="xs" c="dimmed">
                    {dropReasonText(reason).remedy}
                  </Text>
                </th>
                <td>{common(`traffic.${direction}`)}</td>
                <td>{formatCount(packets)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
