import type { Amount } from "@tundeck/shared"
import { formatBytes, formatClock, formatCount, formatDateTime } from "../../../lib/format.ts"
import type { Column } from "../../table/columns.ts"
import classes from "./analysis.module.css"

/** Columns of numbers that the tables of the analysis share. */

export function packetsColumn<Row>(id: string, header: string, amount: (row: Row) => Amount): Column<Row> {
  const packets = (row: Row) => amount(row).packets
  return { id, header, align: "right", width: "112px", sortBy: packets, cell: (row) => formatCount(packets(row)) }
}

export function bytesColumn<Row>(id: string, header: string, amount: (row: Row) => Amount): Column<Row> {
  const bytes = (row: Row) => amount(row).bytes
  const cell = (row: Row) => <span title={formatCount(bytes(row))}>{formatBytes(bytes(row))}</span>
  return { id, header, align: "right", width: "106px", sortBy: bytes, cell }
}

export function dropsColumn<Row>(header: string, drops: (row: Row) => number): Column<Row> {
  const cell = (row: Row) => (
    <span className={classes.drops} data-some={drops(row) > 0 || undefined}>
      {formatCount(drops(row))}
    </span>
  )
  return { id: "drops", header, align: "right", width: "108px", sortBy: drops, cell }
}

export function lastColumn<Row extends { last: number }>(header: string): Column<Row> {
  const cell = ({ last }: Row) => <time title={formatDateTime(last)}>{formatClock(last).slice(0, 8)}</time>
  return { id: "last", header, align: "right", width: "122px", sortBy: ({ last }) => last, cell }
}
