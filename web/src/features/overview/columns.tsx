import { type TunnelView, tunnelStates } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { formatMilliseconds } from "../../lib/format.ts"
import { useTraffic } from "../../lib/traffic/traffic.ts"
import { RelativeTime } from "../../ui/relative-time.tsx"
import type { Column } from "../../ui/table/columns.ts"
import { Rate } from "../../ui/traffic/rate.tsx"
import { RecentDrops } from "../../ui/traffic/recent-drops.tsx"
import { TunnelName } from "../../ui/tunnel-name.tsx"
import { TunnelStateBadge } from "../../ui/tunnel-state.tsx"

export function overviewColumns(t: TFunction<"overview">): Column<TunnelView>[] {
  return [
    {
      id: "name",
      header: t("column.tunnel"),
      card: "title",
      sortBy: ({ name }) => name,
      cell: (tunnel) => <TunnelName tunnel={tunnel} />,
    },
    {
      id: "state",
      header: t("column.state"),
      card: "beside",
      width: "132px",
      sortBy: ({ state }) => tunnelStates.indexOf(state),
      cell: ({ state, reason }) => <TunnelStateBadge state={state} title={reason?.detail} />,
    },
    {
      id: "outbound",
      header: t("column.outbound"),
      align: "right",
      width: "clamp(140px, 13.6vw, 196px)",
      cell: (tunnel) => <Rate tunnel={tunnel} direction="outbound" />,
    },
    {
      id: "inbound",
      header: t("column.inbound"),
      align: "right",
      width: "clamp(140px, 13.6vw, 196px)",
      cell: (tunnel) => <Rate tunnel={tunnel} direction="inbound" />,
    },
    {
      id: "roundTrip",
      header: t("column.roundTrip"),
      align: "right",
      width: "98px",
      cell: (tunnel) => <RoundTrip tunnel={tunnel} />,
    },
    { id: "drops", header: t("column.drops"), width: "19%", cell: (tunnel) => <RecentDrops tunnel={tunnel} /> },
    {
      id: "since",
      header: t("column.since"),
      align: "right",
      sortBy: ({ since }) => -since,
      cell: ({ since }) => <RelativeTime time={since} />,
    },
  ]
}

function RoundTrip({ tunnel }: { tunnel: TunnelView }) {
  const { roundTripMs } = useTraffic(tunnel).stats
  return tunnel.state !== "up" || roundTripMs === null ? "–" : formatMilliseconds(roundTripMs)
}
