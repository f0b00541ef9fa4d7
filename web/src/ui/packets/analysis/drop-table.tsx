import { Text } from "@mantine/core"
import type { Drop } from "@tundeck/shared"
import type { TFunction } from "i18next"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { formatBytes, formatCount } from "../../../lib/format.ts"
import { Empty } from "../../empty.tsx"
import { Prose } from "../../prose.tsx"
import type { Column } from "../../table/columns.ts"
import { DataTable } from "../../table/data-table.tsx"
import { lastColumn } from "./amount-columns.tsx"
import type { AnalysedProps } from "./analysed-props.ts"
import { listed } from "./listed.ts"
import { ShowButton } from "./show-button.tsx"

/** What was dropped, by reason, and what to do about it. */
export function DropTable({ analysis, onShow }: AnalysedProps) {
  const { t } = useTranslation("analysis")
  const columns = useMemo(() => columnsOf(t, onShow), [t, onShow])
  return (
    <DataTable
      label={t("label.drops")}
      rows={listed(analysis.drops())}
      columns={columns}
      rowKey={({ filter }) => filter}
      onOpen={({ filter }) => onShow(filter)}
      sorting={{ column: "packets", descending: true }}
      empty={<Empty title={t("noDrops")}>{t("noDropsDetail")}</Empty>}
    />
  )
}

function columnsOf(t: TFunction<"analysis">, onShow: (filter: string) => void): Column<Drop>[] {
  return [
    {
      id: "reason",
      header: t("column.reason"),
      card: "title",
      sortBy: ({ title }) => title,
      cell: ({ title, remedy, filter }) => (
        <>
          <ShowButton onClick={() => onShow(filter)}>{title}</ShowButton>
          <Text size="xs" c="dimmed">
            <Prose text={remedy} />
          </Text>
        </>
      ),
    },
    {
      id: "direction",
      header: t("column.direction"),
      width: "76px",
      sortBy: ({ direction }) => direction,
      cell: ({ direction }) => t(`direction.${direction}`),
    },
    {
      id: "packets",
      header: t("column.packets"),
      align: "right",
      width: "112px",
      sortBy: ({ packets }) => packets,
      cell: ({ packets }) => formatCount(packets),
    },
    {
      id: "bytes",
      header: t("column.bytes"),
      align: "right",
      width: "106px",
      sortBy: ({ bytes }) => bytes,
      cell: ({ bytes }) => formatBytes(bytes),
    },
    lastColumn(t("column.last")),
  ]
}
