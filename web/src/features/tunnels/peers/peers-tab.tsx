import { Button, SegmentedControl } from "@mantine/core"
import { IconPlus, IconUsers } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import { type ClearPeer, clearPeersOf, type TunnelView } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { type ReactNode, useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../lib/format.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"
import { useIsAdmin } from "../../../lib/session.ts"
import { isHub } from "../../../lib/tunnel-peer.ts"
import { useUndo } from "../../../lib/undo.ts"
import { useNarrow } from "../../../lib/use-narrow.ts"
import { Aged } from "../../../ui/aged.tsx"
import { Empty } from "../../../ui/empty.tsx"
import { Section } from "../../../ui/section.tsx"
import { DataTable } from "../../../ui/table/data-table.tsx"
import { newPeer } from "../form/new-peer.ts"
import { peerValues } from "../form/values.ts"
import { peerColumns } from "./columns.tsx"
import { fewestToFilter, NothingFound, PeersFilter } from "./filter.tsx"
import { MacTable } from "./mac-table.tsx"
import { PeerDialog } from "./peer-dialog.tsx"
import { type PeerState, peerState } from "./peer-state.tsx"
import classes from "./peers.module.css"
import { type PeerRow, peersQuery } from "./query.ts"
import { peerKey } from "./use-peer-changes.ts"
import { KeyedTab } from "./wireguard/tab.tsx"

/** In place of the count while it is read, so that nothing moves when it comes. */
const keptLine = "\u00a0"

/** Who is at the other end; on a hub also who may be, and on tap where each MAC address is. */
export function PeersTab({ tunnel }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const [shown, setShown] = useState("peers")
  const device = useQuery(interfacesQuery).data?.find(({ name }) => name === tunnel.interface)
  const choice = useChoice(shown, setShown)
  const { security } = tunnel
  const learns = device?.kind === "tap" && security.peers !== undefined
  if (learns && shown === "macs") {
    return (
      <Section title={t("peers.macs")} actions={choice} flush>
        <MacTable tunnel={tunnel} />
      </Section>
    )
  }
  return security.kind === "wireguard" ? (
    <KeyedTab tunnel={tunnel} security={security} device={device} choice={learns && choice} />
  ) : (
    <Peers tunnel={tunnel} device={device} choice={learns && choice} />
  )
}

/** On tap: the peers, or behind which of them each MAC address is. */
function useChoice(shown: string, setShown: (shown: string) => void): ReactNode {
  const { t } = useTranslation("tunnels")
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("peers.show")}
      value={shown}
      onChange={setShown}
      data={[
        { value: "peers", label: t("peers.title") },
        { value: "macs", label: t("peers.macs") },
      ]}
    />
  )
}

interface PeersProps {
  tunnel: TunnelView
  device: { kind: "tun" | "tap"; addresses: string[] } | undefined
  choice: ReactNode
}

function Peers({ tunnel, device, choice }: PeersProps) {
  const { t } = useTranslation("tunnels")
  const narrow = useNarrow()
  const mayChange = useIsAdmin() && isHub(tunnel)
  const [filter, setFilter] = useState("")
  const [asked, setAsked] = useState<{ peer?: ClearPeer } | null>(null)
  const { data, error, refetch } = useQuery(peersQuery(tunnel.id))
  const hidden = useUndo(({ pending }) => pending)
  const rows = useMemo(
    () => data?.rows.filter(({ name }) => !hidden.has(peerKey(tunnel.id, name))),
    [data, hidden, tunnel.id],
  )
  const found = useMemo(() => rows?.filter((row) => matches(row, filter)), [rows, filter])
  const columns = useMemo(
    () => peerColumns(t, { tunnel, mayChange, narrow, onEdit: (peer) => setAsked({ peer }) }),
    [t, tunnel, mayChange, narrow],
  )
  const peers = rows?.length ?? 0
  return (
    <Section
      title={t("peers.title")}
      note={rows?.length === 0 ? undefined : rows ? countText(t, rows) : keptLine}
      flush
      actions={
        <div className={classes.tools}>
          {peers > fewestToFilter && (
            <PeersFilter value={filter} onChange={setFilter} placeholder={t("peers.filter")} />
          )}
          {choice}
          {mayChange && (
            <Button size="xs" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setAsked({})}>
              {t("peers.add")}
            </Button>
          )}
        </div>
      }
    >
      <Aged updatedAt={data?.time ?? 0}>
        <DataTable
          plain
          label={t("peers.title")}
          rows={{ data: found, error, refetch }}
          columns={columns}
          rowKey={({ name }) => name}
          sorting={{ column: "name", descending: false }}
          empty={filter === "" ? <NoPeers /> : <NothingFound filter={filter} />}
        />
      </Aged>
      {asked !== null && (
        <PeerDialog
          tunnel={tunnel}
          kind={device?.kind ?? "tun"}
          peer={asked.peer}
          proposed={newPeer(clearPeersOf(tunnel.security)?.map(peerValues) ?? [], {
            kind: device?.kind ?? "tun",
            addresses: device?.addresses ?? [],
          })}
          onClose={() => setAsked(null)}
        />
      )}
    </Section>
  )
}

function countText(t: TFunction<"tunnels">, rows: readonly PeerRow[]): string {
  const count = (state: PeerState) => rows.filter((row) => peerState(row) === state).length
  const [connected, disabled] = [count("connected"), count("disabled")]
  const words = { connected: formatCount(connected), peers: formatCount(rows.length - disabled) }
  return t("peers.count", words) + (disabled > 0 ? t("peers.disabled", { peers: formatCount(disabled) }) : "")
}

function matches({ name, address, remote }: PeerRow, filter: string): boolean {
  const wanted = filter.trim().toLowerCase()
  return [name, address, remote ?? ""].some((text) => text.toLowerCase().includes(wanted))
}

function NoPeers() {
  const { t } = useTranslation("tunnels")
  return (
    <Empty plain icon={<IconUsers size={26} stroke={1.5} aria-hidden />} title={t("peers.empty")}>
      {t("peers.emptyText")}
    </Empty>
  )
}
