import { Text, VisuallyHidden } from "@mantine/core"
import { type ClearPeer, clearPeersOf, type TunnelView } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { formatBitRate, formatBytes, formatCount, formatMilliseconds } from "../../../lib/format.ts"
import { isHub } from "../../../lib/tunnel-peer.ts"
import { Mono } from "../../../ui/mono.tsx"
import { RelativeTime } from "../../../ui/relative-time.tsx"
import type { Column } from "../../../ui/table/columns.ts"
import { PeerActions } from "./peer-actions.tsx"
import { PeerStateBadge, peerState } from "./peer-state.tsx"
import classes from "./peers.module.css"
import type { PeerRow } from "./query.ts"

interface Wanted {
  tunnel: TunnelView
  mayChange: boolean
  /** Both directions share a column. */
  narrow: boolean
  onEdit: (peer: ClearPeer) => void
}

const none = "–"
const order = ["connected", "waiting", "disabled"]

export function peerColumns(t: TFunction<"tunnels">, wanted: Wanted): Column<PeerRow>[] {
  const { tunnel, mayChange, narrow, onEdit } = wanted
  const configured = new Map(clearPeersOf(tunnel.security)?.map((peer) => [peer.name, peer]))
  const columns: Column<PeerRow>[] = [
    {
      id: "name",
      header: t("peers.column.name"),
      card: "title",
      sortBy: ({ name }) => name,
      cell: ({ name }) => (
        <>
          <span className={classes.name}>{name}</span>
          {isHub(tunnel) && <Behind t={t} peer={configured.get(name)} />}
        </>
      ),
    },
    {
      id: "state",
      header: t("peers.column.state"),
      card: "beside",
      width: "128px",
      sortBy: (peer) => order.indexOf(peerState(peer)),
      cell: (peer) => <PeerStateBadge peer={peer} tunnel={tunnel} />,
    },
    {
      id: "address",
      header: t("peers.column.address"),
      width: narrow ? "152px" : "176px",
      sortBy: ({ address }) => address,
      cell: ({ remote, address }) => <Mono>{remote ?? address}</Mono>,
    },
    {
      id: "since",
      header: t("peers.column.since"),
      width: "104px",
      align: "right",
      sortBy: ({ since }) => -(since ?? 0),
      cell: ({ since }) => (since === null ? none : <RelativeTime time={since} />),
    },
    ...trafficColumns(t, narrow),
    {
      id: "roundTrip",
      header: t("peers.column.roundTrip"),
      width: "114px",
      align: "right",
      sortBy: ({ roundTripMs }) => roundTripMs ?? Number.POSITIVE_INFINITY,
      cell: ({ roundTripMs }) => (roundTripMs === null ? none : formatMilliseconds(roundTripMs)),
    },
  ]
  if (!mayChange || !isHub(tunnel)) return columns
  const actions: Column<PeerRow> = {
    id: t("peers.column.actions"),
    header: "",
    width: "136px",
    align: "right",
    cell: ({ name }) => {
      const peer = configured.get(name)
      return peer && <PeerActions tunnel={tunnel} peer={peer} onEdit={onEdit} />
    },
  }
  return [...columns, actions]
}

/** The networks behind a peer. */
function Behind({ t, peer }: { t: TFunction<"tunnels">; peer: ClearPeer | undefined }) {
  const networks = peer?.allowedIps ?? []
  if (networks.length === 0) return null
  return (
    <Text size="xs" c="dimmed" className={classes.behind} title={networks.join(", ")}>
      <VisuallyHidden>{t("peers.allowed")}: </VisuallyHidden>
      {networks.join(", ")}
    </Text>
  )
}

function trafficColumns(t: TFunction<"tunnels">, narrow: boolean): Column<PeerRow>[] {
  const directions = ["outbound", "inbound"] as const
  const dropped: Column<PeerRow> = {
    id: "dropped",
    header: t("peers.column.dropped"),
    width: "104px",
    align: "right",
    sortBy: ({ outbound, inbound }) => -(outbound.dropped + inbound.dropped),
    cell: ({ outbound, inbound }) => formatCount(outbound.dropped + inbound.dropped),
  }
  if (narrow) {
    return [
      {
        id: "rates",
        header: `${t("peers.column.outbound")}, ${t("peers.column.inbound")}`,
        width: "108px",
        align: "right",
        cell: (peer) =>
          directions.map((direction) => <div key={direction}>{formatBitRate(peer.rates?.[direction] ?? 0)}</div>),
      },
      dropped,
    ]
  }
  const flows = directions.map(
    (direction): Column<PeerRow> => ({
      id: direction,
      header: t(`peers.column.${direction}`),
      width: "124px",
      align: "right",
      sortBy: (peer) => -peer[direction].bytes,
      cell: (peer) => (
        <>
          {formatBitRate(peer.rates?.[direction] ?? 0)}
          <Text size="xs" c="dimmed">
            {t("peers.total", { bytes: formatBytes(peer[direction].bytes) })}
          </Text>
        </>
      ),
    }),
  )
  return [...flows, dropped]
}
