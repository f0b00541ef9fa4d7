import { Text } from "@mantine/core"
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
import { TunnelVia } from "../../ui/tunnel-via.tsx"

/** On a narrow page both rates share a column. */
export function overviewColumns(t: TFunction<"overview">, narrow: boolean): Column<TunnelView>[] {
  return [
    {
      id: "name",
      header: t("column.tunnel"),
      card: "title",
      sortBy: ({ name }) => name,
      cell: (tunnel) => (
        <>
          <TunnelName tunnel={tunnel} />
          <Text size="xs" c="dimmed">
            <TunnelVia tunnel={tunnel} />
          </Text>
        </>
      ),
    },
    {
      id: "state",
      header: t("column.state"),
      card: "beside",
      width: "132px",
      sortBy: ({ state }) => tunnelStates.indexOf(state),
      cell: ({ state, reason }) => <TunnelStateBadge state={state} title={reason?.detail} />,
    },
    ...rateColumns(t, narrow),
    {
      id: "roundTrip",
      header: t("column.roundTrip"),
      align: "right",
      width: "98px",
      cell: (tunnel) => <RoundTrip tunnel={tunnel} />,
    },
    { id: "drops", header: t("column.drops"), width: "16%", cell: (tunnel) => <RecentDrops tunnel={tunnel} /> },
    {
      id: "since",
      header: t("column.since"),
      align: "right",
      width: "112px",
      sortBy: ({ since }) => -since,
      cell: ({ since }) => <RelativeTime time={since} />,
    },
  ]
}

function RoundTrip({ tunnel }: { tunnel: TunnelView }) {
  const { roundTripMs } = useTraffic(tunnel).stats
  return tunnel.state !== "up" || roundTripMs === null ? "–" : formatMilliseconds(roundTripMs)
}

function rateColumns(t: TFunction<"overview">, narrow: boolean): Column<TunnelView>[] {
  const directions = ["outbound", "inbound"] as const
  if (narrow) {
    return [
      {
        id: "rates",
        header: t("column.rates"),
        align: "right",
        width: "176px",
        cell: (tunnel) => directions.map((direction) => <Rate key={direction} tunnel={tunnel} direction={direction} />),
      },
    ]
  }
  return directions.map((direction) => ({
    id: direction,
    header: t(`column.${direction}`),
    align: "right",
    width: "clamp(158px, 13.6vw, 196px)",
    cell: (tunnel) => <Rate tunnel={tunnel} direction={direction} />,
  }))
}
