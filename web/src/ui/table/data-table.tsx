import { type ReactNode, useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { useCards } from "../../lib/use-phone.ts"
import { ProblemNotice } from "../problem-notice.tsx"
import { Cards, CardsSkeleton } from "./cards.tsx"
import { type Column, type Sorting, sortRows } from "./columns.ts"
import { Rows, RowsSkeleton } from "./rows.tsx"
import classes from "./table.module.css"

/** What a query says of its rows. */
export interface Loadable<Row> {
  data: readonly Row[] | undefined
  error: unknown
  refetch: () => unknown
}

interface DataTableProps<Row> {
  /** Names the table, and stands in its messages: "Interfaces". */
  label: string
  rows: Loadable<Row>
  columns: readonly Column<Row>[]
  rowKey: (row: Row) => string
  /** A click anywhere on the row; the title cell must hold a real link for the keyboard. */
  onOpen?: (row: Row) => void
  empty: ReactNode
  sorting?: Sorting
  /** Inside a Section: without a frame of its own. */
  plain?: boolean
}

/** Rows to compare: a table, on a narrow screen cards; loading, failed, empty, one and many. */
export function DataTable<Row>({ label, rows, columns, rowKey, onOpen, empty, sorting, plain }: DataTableProps<Row>) {
  const { t } = useTranslation()
  const isCards = useCards()
  const [sorted, setSorted] = useState<Sorting | null>(sorting ?? null)
  const list = useMemo(() => sortRows(rows.data ?? [], columns, sorted), [rows.data, columns, sorted])

  if (rows.data === undefined && rows.error !== null) {
    const what = t("problem.failedLoad", { what: label })
    return (
      <div className={plain ? classes.plainCards : undefined}>
        <ProblemNotice error={rows.error} what={what} onRetry={() => void rows.refetch()} />
      </div>
    )
  }
  if (rows.data?.length === 0) return empty
  const shared = { label, columns, rows: list, rowKey, onOpen }
  if (isCards) {
    return (
      <div className={plain ? classes.plainCards : undefined}>
        {rows.data === undefined ? <CardsSkeleton label={label} /> : <Cards {...shared} />}
      </div>
    )
  }
  return (
    <div className={classes.frame} data-plain={plain || undefined}>
      {rows.data === undefined ? (
        <RowsSkeleton label={label} columns={columns} />
      ) : (
        <Rows {...shared} sorting={sorted} onSort={setSorted} />
      )}
    </div>
  )
}
