import { Text, VisuallyHidden } from "@mantine/core"
import type { TunnelView, WireguardPeerView } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { formatBitRate, formatBytes, formatDateTime, formatMilliseconds } from "../../../../lib/format.ts"
import { KeyMark } from "../../../../ui/keys/key-mark.tsx"
import type { Column } from "../../../../ui/table/columns.ts"
import { PeerActions } from "../peer-actions.tsx"
import classes from "../peers.module.css"
import type { PeerRow } from "../query.ts"
import { KeyedPeerStateBadge } from "./peer-state.tsx"
import { keyedPeerState, keyedPeerStates } from "./state.ts"
import { Way } from "./way.tsx"

interface Wanted {
  tunnel: TunnelView
  peers: readonly WireguardPeerView[]
  mayChange: boolean
  /** Columns share. */
  narrow: boolean
  onEdit: (peer: WireguardPeerView) => void
}

const none = "–"

export function keyedPeerColumns(t: TFunction<"tunnels">, wanted: Wanted): Column<PeerRow>[] {
  const { tunnel, peers, mayChange, narrow, onEdit } = wanted
  const configured = new Map(peers.map((peer) => [peer.name, peer]))
  const columns: Column<PeerRow>[] = [
    {
      id: "name",
      header: t("peers.column.name"),
      card: "title",
      sortBy: ({ name }) => name,
      cell: ({ name, publicKey }) => (
        <>
          <span className={classes.name}>{name}</span>
          {narrow && publicKey !== null && (
            <div>
              <KeyMark publicKey={publicKey} />
            </div>
          )}
          <Behind t={t} peer={configured.get(name)} />
        </>
      ),
    },
    {
      id: "state",
      header: t("peers.column.state"),
      card: "beside",
      width: "144px",
      sortBy: (peer) => keyedPeerStates.indexOf(keyedPeerState(peer, Date.now())),
      cell: (peer) => <KeyedPeerStateBadge peer={peer} tunnel={tunnel} />,
    },
    ...(narrow ? [] : [keyColumn(t)]),
    {
      id: "way",
      header: t("keyed.column.way"),
      width: narrow ? "196px" : "224px",
      sortBy: ({ endpoint }) => endpoint ?? "",
      cell: (peer) => <Way peer={peer} tunnel={tunnel} />,
    },
    ...flowColumns(t, narrow),
    {
      id: "roundTrip",
      header: t("peers.column.roundTrip"),
      width: "100px",
      align: "right",
      sortBy: ({ roundTripMs }) => roundTripMs ?? Number.POSITIVE_INFINITY,
      cell: ({ roundTripMs }) => (roundTripMs === null ? none : formatMilliseconds(roundTripMs)),
    },
  ]
  if (!mayChange) return columns
  const actions: Column<PeerRow> = {
    id: t("peers.column.actions"),
    header: "",
    width: "132px",
    align: "right",
    cell: ({ name }) => {
      const peer = configured.get(name)
      return peer && <PeerActions tunnel={tunnel} peer={peer} onEdit={onEdit} />
    },
  }
  return [...columns, actions]
}

/** The networks behind a peer, that it has a second secret, and until when it is let in. */
function Behind({ t, peer }: { t: TFunction<"tunnels">; peer: WireguardPeerView | undefined }) {
  if (peer === undefined) return null
  const { allowedIps, hasPresharedKey, expiresAt } = peer
  return (
    <>
      {allowedIps.length > 0 && (
        <Text size="xs" c="dimmed" className={classes.behind} title={allowedIps.join(", ")}>
          <VisuallyHidden>{t("peers.allowed")}: </VisuallyHidden>
          {allowedIps.join(", ")}
        </Text>
      )}
      {(hasPresharedKey || expiresAt !== undefined) && (
        <Text size="xs" c="dimmed">
          {[
            hasPresharedKey && t("keyed.hasPresharedKey"),
            expiresAt !== undefined && t("keyed.until", { time: formatDateTime(expiresAt).slice(0, -3) }),
          ]
            .filter((part) => part !== false)
            .join(" · ")}
        </Text>
      )}
    </>
  )
}

function keyColumn(t: TFunction<"tunnels">): Column<PeerRow> {
  return {
    id: "key",
    header: t("keyed.column.key"),
    width: "156px",
    cell: ({ publicKey }) => (publicKey === null ? none : <KeyMark publicKey={publicKey} />),
  }
}

function flowColumns(t: TFunction<"tunnels">, narrow: boolean): Column<PeerRow>[] {
  const directions = ["outbound", "inbound"] as const
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
    ]
  }
  return directions.map((direction) => ({
    id: direction,
    header: t(`peers.column.${direction}`),
    width: "112px",
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
  }))
}
