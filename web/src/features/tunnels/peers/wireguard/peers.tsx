import { Alert, Button, Stack } from "@mantine/core"
import { IconMailForward, IconPlus, IconUsers } from "@tabler/icons-react"
import { useQuery } from "@tanstack/react-query"
import type { MovedNetwork, TunnelView, WireguardPeerView } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { type ReactNode, useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { formatCount } from "../../../../lib/format.ts"
import { useIsAdmin } from "../../../../lib/session.ts"
import { useUndo } from "../../../../lib/undo.ts"
import { useNarrow } from "../../../../lib/use-narrow.ts"
import { Aged } from "../../../../ui/aged.tsx"
import { Empty } from "../../../../ui/empty.tsx"
import { Section } from "../../../../ui/section.tsx"
import { DataTable } from "../../../../ui/table/data-table.tsx"
import { InviteDialog } from "../../invites/invite-dialog.tsx"
import { OpenInvites } from "../../invites/open-invites.tsx"
import { fewestToFilter, NothingFound, PeersFilter } from "../filter.tsx"
import classes from "../peers.module.css"
import { type PeerRow, peersQuery } from "../query.ts"
import { peerKey } from "../use-peer-changes.ts"
import { keyedPeerColumns } from "./columns.tsx"
import { nextNetworks } from "./next-networks.ts"
import { KeyedPeerDialog } from "./peer-dialog.tsx"
import { keyedPeerState } from "./state.ts"
import { useAdding } from "./use-adding.ts"

interface KeyedPeersProps {
  tunnel: TunnelView
  peers: readonly WireguardPeerView[]
  device: { kind: "tun" | "tap"; addresses: string[] } | undefined
  choice: ReactNode
}

/** Who may be at the other end of a wireguard tunnel, each known by its key, and where each is now. */
export function KeyedPeers({ tunnel, peers, device, choice }: KeyedPeersProps) {
  const { t } = useTranslation("tunnels")
  const narrow = useNarrow()
  const mayChange = useIsAdmin()
  const [filter, setFilter] = useState("")
  const [edited, setEdited] = useState<WireguardPeerView | null>(null)
  const { adding, add } = useAdding()
  const [moved, setMoved] = useState<readonly MovedNetwork[]>([])
  const { data, error, refetch } = useQuery(peersQuery(tunnel.id))
  const hidden = useUndo(({ pending }) => pending)
  const rows = useMemo(
    () => data?.rows.filter(({ name }) => !hidden.has(peerKey(tunnel.id, name))),
    [data, hidden, tunnel.id],
  )
  const found = useMemo(() => rows?.filter((row) => matches(row, filter)), [rows, filter])
  const columns = useMemo(
    () => keyedPeerColumns(t, { tunnel, peers, mayChange, narrow, onEdit: setEdited }),
    [t, tunnel, peers, mayChange, narrow],
  )
  const networks = nextNetworks(device, peers)
  return (
    <Stack gap="md">
      <Moved moved={moved} onClose={() => setMoved([])} />
      <Section
        title={t("peers.title")}
        note={rows?.length === 0 ? undefined : rows ? countText(t, rows) : "\u00a0"}
        flush
        actions={
          <div className={classes.tools}>
            {(rows?.length ?? 0) > fewestToFilter && (
              <PeersFilter value={filter} onChange={setFilter} placeholder={t("keyed.filter")} />
            )}
            {choice}
            {mayChange && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPlus size={15} aria-hidden />}
                  onClick={() => add("key")}
                >
                  {t("keyed.add")}
                </Button>
                <Button
                  size="xs"
                  leftSection={<IconMailForward size={15} aria-hidden />}
                  onClick={() => add("tundeck")}
                >
                  {t("invites.button")}
                </Button>
              </>
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
      </Section>
      <OpenInvites tunnel={tunnel} mayChange={mayChange} />
      {edited !== null && (
        <KeyedPeerDialog tunnel={tunnel} peer={edited} networks="" onClose={() => setEdited(null)} onMoved={setMoved} />
      )}
      {mayChange && device !== undefined && adding === "key" && (
        <KeyedPeerDialog tunnel={tunnel} networks={networks} onClose={() => add(undefined)} onMoved={setMoved} />
      )}
      {mayChange && device !== undefined && (adding === "tundeck" || adding === "app") && (
        <InviteDialog
          tunnel={tunnel}
          kind={device.kind}
          form={adding === "app" ? "conf" : "tundeck"}
          networks={networks}
          onClose={() => add(undefined)}
        />
      )}
    </Stack>
  )
}

function countText(t: TFunction<"tunnels">, rows: readonly PeerRow[]): string {
  const now = Date.now()
  const states = Map.groupBy(rows, (row) => keyedPeerState(row, now))
  const count = (state: "connected" | "disabled" | "expired") => states.get(state)?.length ?? 0
  const [disabled, expired] = [count("disabled"), count("expired")]
  const words = { connected: formatCount(count("connected")), peers: formatCount(rows.length - disabled - expired) }
  return [
    t("peers.count", words),
    disabled > 0 ? t("peers.disabled", { peers: formatCount(disabled) }) : "",
    expired > 0 ? t("keyed.expired", { peers: formatCount(expired) }) : "",
  ].join("")
}

function matches({ name, endpoint, publicKey }: PeerRow, filter: string): boolean {
  const wanted = filter.trim()
  const lower = wanted.toLowerCase()
  return (
    [name, endpoint ?? ""].some((text) => text.toLowerCase().includes(lower)) || publicKey?.includes(wanted) === true
  )
}

/** Networks that a change took from other peers: one network is one peer's. */
function Moved({ moved, onClose }: { moved: readonly MovedNetwork[]; onClose: () => void }) {
  const { t } = useTranslation("tunnels")
  const { t: common } = useTranslation()
  if (moved.length === 0) return null
  return (
    <Alert
      color="yellow"
      title={t("keyed.moved", { count: moved.length })}
      withCloseButton
      onClose={onClose}
      closeButtonLabel={common("confirm.close")}
      role="status"
    >
      <ul className={classes.moved}>
        {moved.map(({ network, from, to }) => (
          <li key={network}>{t("keyed.movedOne", { network, from, to })}</li>
        ))}
      </ul>
    </Alert>
  )
}

function NoPeers() {
  const { t } = useTranslation("tunnels")
  return (
    <Empty plain icon={<IconUsers size={26} stroke={1.5} aria-hidden />} title={t("keyed.empty")}>
      {t("keyed.emptyText")}
    </Empty>
  )
}
