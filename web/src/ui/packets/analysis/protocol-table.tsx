import type { ProtocolShare } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import type { Column } from "../../table/columns.ts"
import { DataTable } from "../../table/data-table.tsx"
import { bytesColumn, dropsColumn, lastColumn, packetsColumn } from "./amount-columns.tsx"
import type { AnalysedProps } from "./analysed-props.ts"
import classes from "./analysis.module.css"
import { listed } from "./listed.ts"
import { NoRows } from "./no-rows.tsx"
import { ShowButton } from "./show-button.tsx"

/** A protocol, and what it is of all. */
interface ProtocolRow extends ProtocolShare {
  percent: number
}

/** What passes, by the protocol that the rows name. */
export function ProtocolTable({ analysis, onShow }: AnalysedProps) {
  const { t } = useTranslation("analysis")
  const columns = useMemo(() => columnsOf(t, onShow), [t, onShow])
  const all = Math.max(1, analysis.total.bytes)
  const rows = analysis.protocols().map((share) => ({ ...share, percent: (share.bytes / all) * 100 }))
  return (
    <DataTable
      label={t("label.protocols")}
      rows={listed(rows)}
      columns={columns}
      rowKey={({ protocol }) => protocol}
      onOpen={({ filter }) => onShow(filter)}
      sorting={{ column: "bytes", descending: true }}
      empty={<NoRows />}
    />
  )
}

function columnsOf(t: TFunction<"analysis">, onShow: (filter: string) => void): Column<ProtocolRow>[] {
  return [
    {
      id: "protocol",
      header: t("column.protocol"),
      card: "title",
      sortBy: ({ protocol }) => protocol,
      cell: ({ protocol, filter }) => <ShowButton onClick={() => onShow(filter)}>{protocol}</ShowButton>,
    },
    {
      id: "share",
      header: t("column.share"),
      width: "220px",
      sortBy: ({ percent }) => percent,
      cell: ({ percent }) => (
        <span className={classes.share}>
          <span className={classes.bar} style={{ width: `${percent}%` }} aria-hidden="true" />
          <span className={classes.percent}>{`${percent.toFixed(1)} %`}</span>
        </span>
      ),
    },
    packetsColumn("packets", t("column.packets"), (row) => row),
    bytesColumn("bytes", t("column.bytes"), (row) => row),
    dropsColumn(t("column.drops"), ({ drops }) => drops),
    lastColumn(t("column.last")),
  ]
}
