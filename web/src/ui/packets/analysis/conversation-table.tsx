import { type Conversation, conversationName } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { formatDuration } from "../../../lib/format.ts"
import { Mono } from "../../mono.tsx"
import type { Column } from "../../table/columns.ts"
import { DataTable } from "../../table/data-table.tsx"
import { bytesColumn, dropsColumn, lastColumn, packetsColumn } from "./amount-columns.tsx"
import type { AnalysedProps } from "./analysed-props.ts"
import { listed } from "./listed.ts"
import { NoRows } from "./no-rows.tsx"
import { ShowButton } from "./show-button.tsx"

/** Who speaks with whom. */
export function ConversationTable({ analysis, onShow }: AnalysedProps) {
  const { t } = useTranslation("analysis")
  const columns = useMemo(() => columnsOf(t, onShow), [t, onShow])
  return (
    <DataTable
      label={t("label.conversations")}
      rows={listed(analysis.conversations())}
      columns={columns}
      rowKey={({ key }) => key}
      onOpen={({ filter }) => onShow(filter)}
      sorting={{ column: "bytesForth", descending: true }}
      empty={<NoRows />}
    />
  )
}

function columnsOf(t: TFunction<"analysis">, onShow: (filter: string) => void): Column<Conversation>[] {
  return [
    {
      id: "between",
      header: t("column.between"),
      card: "title",
      sortBy: conversationName,
      cell: (row) => (
        <ShowButton onClick={() => onShow(row.filter)}>
          <Mono>{conversationName(row)}</Mono>
        </ShowButton>
      ),
    },
    {
      id: "protocol",
      header: t("column.protocol"),
      card: "beside",
      width: "110px",
      sortBy: ({ protocol }) => protocol,
      cell: ({ protocol }) => protocol,
    },
    packetsColumn("packetsForth", t("column.packetsForth"), ({ forth }) => forth),
    packetsColumn("packetsBack", t("column.packetsBack"), ({ back }) => back),
    bytesColumn("bytesForth", t("column.bytesForth"), ({ forth }) => forth),
    bytesColumn("bytesBack", t("column.bytesBack"), ({ back }) => back),
    dropsColumn(t("column.drops"), ({ forth, back }) => forth.drops + back.drops),
    {
      id: "duration",
      header: t("column.duration"),
      align: "right",
      width: "104px",
      sortBy: ({ first, last }) => last - first,
      cell: ({ first, last }) => formatDuration(last - first),
    },
    lastColumn(t("column.last")),
  ]
}
