import { Skeleton, VisuallyHidden } from "@mantine/core"
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react"
import { useWindowVirtualizer } from "@tanstack/react-virtual"
import { type MouseEvent, useLayoutEffect, useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import type { Column, Sorting } from "./columns.ts"
import classes from "./table.module.css"

export interface RowsProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  onOpen: ((row: Row) => void) | undefined
}

const rowHeight = 43

/** Only what is in sight is in the document: a thousand rows cost as much as thirty. */
export function Rows<Row>(props: RowsProps<Row> & { sorting: Sorting | null; onSort: (sorting: Sorting) => void }) {
  const { label, columns, rows, rowKey, onOpen, sorting, onSort } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY)
  }, [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 15,
    scrollMargin: top,
    getItemKey: (index) => rowKeyAt(rows, index, rowKey),
  })
  const items = virtual.getVirtualItems()
  const before = (items[0]?.start ?? top) - top
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top)

  return (
    <div className={classes.scroll}>
      <table
        className={classes.table}
        data-fixed={hasFixedWidths(columns) || undefined}
        aria-label={label}
        aria-rowcount={rows.length + 1}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {items.map(({ index, key }) => {
            const row = rows[index]
            return (
              row !== undefined && (
                <tr
                  key={String(key)}
                  ref={virtual.measureElement}
                  data-index={index}
                  data-open={onOpen ? true : undefined}
                  aria-rowindex={index + 2}
                  onClick={onOpen && ((event) => opens(event) && onOpen(row))}
                >
                  {columns.map(({ id, cell, align }) => (
                    <td key={id} className={align && classes.right}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              )
            )
          })}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </tbody>
      </table>
    </div>
  )
}

/** With a width for each column but one, nothing moves while rows come and go. */
function hasFixedWidths<Row>(columns: readonly Column<Row>[]): boolean {
  return columns.filter(({ width }) => width === undefined).length <= 1
}

function rowKeyAt<Row>(rows: readonly Row[], index: number, rowKey: (row: Row) => string): string | number {
  const row = rows[index]
  return row === undefined ? index : rowKey(row)
}

/** A click on a link or button in the row is theirs, and so is the end of a text selection. */
export function opens(event: MouseEvent): boolean {
  const taken = event.target instanceof Element && event.target.closest("a, button, input, label") !== null
  return !taken && window.getSelection()?.type !== "Range"
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr className={classes.spacer}>
      <td colSpan={span} style={{ height }} />
    </tr>
  )
}

function HeaderCell<Row>({
  column,
  sorting,
  onSort,
}: {
  column: Column<Row>
  sorting: Sorting | null
  onSort: (sorting: Sorting) => void
}) {
  const { t } = useTranslation()
  const active = sorting?.column === column.id
  const className = column.align && classes.right
  const style = column.width === undefined ? undefined : { width: column.width }
  if (!column.sortBy) {
    return (
      <th scope="col" className={className} style={style}>
        {column.header === "" ? <VisuallyHidden>{column.id}</VisuallyHidden> : column.header}
      </th>
    )
  }
  const Arrow = sorting?.descending ? IconArrowDown : IconArrowUp
  return (
    <th
      scope="col"
      className={className}
      style={style}
      aria-sort={active ? (sorting.descending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        className={classes.sort}
        title={t("table.sortBy", { column: column.header })}
        onClick={() => onSort({ column: column.id, descending: active && !sorting.descending })}
      >
        {column.header}
        <Arrow size={13} aria-hidden style={{ opacity: active ? 1 : 0 }} />
      </button>
    </th>
  )
}

const skeletonRows = ["a", "b", "c", "d", "e"] as const

export function RowsSkeleton<Row>({ label, columns }: { label: string; columns: readonly Column<Row>[] }) {
  const { t } = useTranslation()
  return (
    <div className={classes.scroll} aria-busy="true">
      <table
        className={classes.table}
        data-fixed={hasFixedWidths(columns) || undefined}
        aria-label={t("table.loading", { what: label })}
      >
        <thead>
          <tr>
            {columns.map(({ id, header, width }) => (
              <th key={id} scope="col" style={width === undefined ? undefined : { width }}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {skeletonRows.map((row, at) => (
            <tr key={row}>
              {columns.map(({ id }, column) => (
                <td key={id}>
                  <Skeleton height={12} width={`${45 + ((at * 3 + column * 7) % 5) * 9}%`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
