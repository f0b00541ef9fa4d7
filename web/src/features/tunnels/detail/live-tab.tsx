import { SegmentedControl, Stack } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useTraffic } from "../../../lib/traffic/traffic.ts"
import { Section } from "../../../ui/section.tsx"
import { Counters, Drops } from "./counters.tsx"
import classes from "./detail.module.css"
import { Fit } from "./fit.tsx"
import { SwapCard } from "./swap-card.tsx"
import { ThroughputChart } from "./throughput-chart.tsx"
import { Tiles } from "./tiles.tsx"

const spans = { minute: 60, ten: 600 } as const
type Span = keyof typeof spans
const isSpan = (text: string): text is Span => text in spans

export function LiveTab({ tunnel }: { tunnel: TunnelView }) {
  const { swap } = useTraffic(tunnel)
  return (
    <Stack gap="md">
      <Tiles tunnel={tunnel} />
      <Fit tunnel={tunnel} />
      {swap !== null && <SwapCard swap={swap} />}
      <Throughput tunnel={tunnel} />
      <div className={classes.columns}>
        <Counters tunnel={tunnel} />
        <Drops tunnel={tunnel} />
      </div>
    </Stack>
  )
}

function Throughput({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const [span, setSpan] = useState<Span>("minute")
  const series = useTraffic(tunnel).series(spans[span])
  const control = (
    <SegmentedControl
      size="xs"
      aria-label={t("live.span")}
      value={span}
      onChange={(value) => isSpan(value) && setSpan(value)}
      data={[
        { value: "minute", label: t("live.spans.minute") },
        { value: "ten", label: t("live.spans.ten") },
      ]}
    />
  )
  return (
    <Section title={t("live.throughput")} note={t("live.throughputNote")} actions={control}>
      <div className={classes.chartArea}>
        <ThroughputChart series={series} spanSeconds={spans[span]} label={t("live.throughput")} />
        {series.times.length < 2 && (
          <div className={classes.chartEmpty}>
            {t(tunnel.state === "stopped" ? "live.notRunning" : "live.noSamples")}
          </div>
        )}
      </div>
    </Section>
  )
}
