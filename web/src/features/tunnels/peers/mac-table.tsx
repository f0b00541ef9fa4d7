import { useQuery } from "@tanstack/react-query"
import type { MacEntry, TunnelView } from "@tundeck/shared"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { formatRelative } from "../../../lib/format.ts"
import { Empty } from "../../../ui/empty.tsx"
import { Mono } from "../../../ui/mono.tsx"
import type { Column } from "../../../ui/table/columns.ts"
import { DataTable } from "../../../ui/table/data-table.tsx"
import { macsQuery } from "./query.ts"

/** Behind which peer a hub over tap has seen which MAC address. */
export function MacTable({ tunnel: { id } }: { tunnel: TunnelView }) {
  const { t } = useTranslation("tunnels")
  const macs = useQuery(macsQuery(id))
  const columns = useMemo<Column<MacEntry>[]>(
    () => [
      {
        id: "mac",
        header: t("peers.mac"),
        card: "title",
        width: "40%",
        sortBy: ({ mac }) => mac,
        cell: ({ mac }) => <Mono>{mac}</Mono>,
      },
      {
        id: "peer",
        header: t("peers.behindPeer"),
        sortBy: ({ peer }) => peer ?? "",
        cell: ({ peer }) => peer ?? t("peers.thisHost"),
      },
      {
        id: "seen",
        header: t("peers.seen"),
        align: "right",
        width: "160px",
        sortBy: ({ ageSeconds }) => ageSeconds,
        cell: ({ ageSeconds }) => formatRelative(-ageSeconds * 1000, 0),
      },
    ],
    [t],
  )
  return (
    <DataTable
      plain
      label={t("peers.macs")}
      rows={macs}
      columns={columns}
      rowKey={({ mac }) => mac}
      sorting={{ column: "mac", descending: false }}
      empty={
        <Empty plain title={t("peers.noMacs")}>
          {t("peers.noMacsText")}
        </Empty>
      }
    />
  )
}
