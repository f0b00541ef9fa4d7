import { VisuallyHidden } from "@mantine/core"
import type { TransportSwap } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatBitRate, formatMilliseconds } from "../../../lib/format.ts"
import { RelativeTime } from "../../../ui/relative-time.tsx"
import { Section } from "../../../ui/section.tsx"
import classes from "./detail.module.css"

/** What the tunnel carried before its transport was changed, and carries since. */
export function SwapCard({ swap: { time, from, to, before, after } }: { swap: TransportSwap }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  const transports = { from: t(`form.${from}`), to: t(`form.${to}`) }
  const phases = [before, after] as const
  const rows: [string, (phase: TransportSwap["before"]) => string][] = [
    [t("swap.out"), ({ outboundBitsPerSecond }) => formatBitRate(outboundBitsPerSecond / 8)],
    [t("swap.in"), ({ inboundBitsPerSecond }) => formatBitRate(inboundBitsPerSecond / 8)],
    [
      t("swap.roundTrip"),
      ({ roundTripMs }) => (roundTripMs === null ? common("page.none") : formatMilliseconds(roundTripMs)),
    ],
    [t("swap.over"), ({ seconds }) => t("swap.seconds", { seconds: Math.round(seconds) })],
  ]
  return (
    <Section
      title={t("swap.title")}
      note={
        <>
          {t("swap.change", transports)}, <RelativeTime time={time} />
        </>
      }
    >
      <table className={classes.numbers} data-halves aria-label={t("swap.title")}>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>{t("swap.figure")}</VisuallyHidden>
            </th>
            <th scope="col">{t("swap.before", { transport: transports.from })}</th>
            <th scope="col">{t("swap.after", { transport: transports.to })}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, figure]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {phases.map((phase) => (
                <td key={phase === before ? "before" : "after"}>
                  {phase.seconds === 0 ? t("swap.measuring") : figure(phase)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
