import type { Talker } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { Mono } from "../../mono.tsx"
import type { Column } from "../../table/columns.ts"
import { DataTable } from "../../table/data-table.tsx"
import { bytesColumn, dropsColumn, lastColumn, packetsColumn } from "./amount-columns.tsx"
import type { AnalysedProps } from "./analysed-props.ts"
import { listed } from "./listed.ts"
import { NoRows } from "./no-rows.tsx"
import { ShowButton } from "./show-button.tsx"

/** What each address sends and is sent. */
export function TalkerTable({ analysis, onShow }: AnalysedProps) {
  const { t } = useTranslation("analysis")
  const columns = useMemo(() => columnsOf(t, onShow), [t, onShow])
  return (
    <DataTable
      label={t("label.talkers")}
      rows={listed(analysis.talkers())}
      columns={columns}
      rowKey={({ address }) => address}
      onOpen={({ filter }) => onShow(filter)}
      sorting={{ column: "bytesSent", descending: true }}
      empty={<NoRows />}
    />
  )
}

function columnsOf(t: TFunction<"analysis">, onShow: (filter: string) => void): Column<Talker>[] {
  return [
    {
      id: "address",
      header: t("column.address"),
      card: "title",
      sortBy: ({ address }) => address,
      cell: ({ address, filter }) => (
        <ShowButton onClick={() => onShow(filter)}>
          <Mono>{address}</Mono>
        </ShowButton>
      ),
    },
    packetsColumn("packetsSent", t("column.packetsSent"), ({ sent }) => sent),
    bytesColumn("bytesSent", t("column.bytesSent"), ({ sent }) => sent),
    packetsColumn("packetsReceived", t("column.packetsReceived"), ({ received }) => received),
    bytesColumn("bytesReceived", t("column.bytesReceived"), ({ received }) => received),
    dropsColumn(t("column.drops"), ({ sent, received }) => sent.drops + received.drops),
    lastColumn(t("column.last")),
  ]
}
