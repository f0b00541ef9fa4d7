import { Skeleton, Stack } from "@mantine/core"
import type { TunnelView } from "@tundeck/shared"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { useTraffic } from "../../../lib/traffic/traffic.ts"
import { Counters, Drops } from "./counters.tsx"
import classes from "./detail.module.css"
import { Fit } from "./fit.tsx"
import { SwapCard } from "./swap-card.tsx"
import { Tiles } from "./tiles.tsx"

const Graphs = lazy(async () => ({ default: (await import("../live/graphs.tsx")).Graphs }))

export function LiveTab({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const { swap } = useTraffic(tunnel)
  return (
    <Stack gap="md">
      <Tiles tunnel={tunnel} />
      <Fit tunnel={tunnel} />
      {swap !== null && <SwapCard swap={swap} />}
      <Suspense fallback={<Skeleton height={760} radius="lg" role="status" aria-label={t("graphs.reading")} />}>
        <Graphs tunnel={tunnel} />
      </Suspense>
      <div className={classes.columns}>
        <Counters tunnel={tunnel} />
        <Drops tunnel={tunnel} />
      </div>
    </Stack>
  )
}
