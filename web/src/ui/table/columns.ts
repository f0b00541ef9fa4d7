import type { ReactNode } from "react"

export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** Numbers align at their last digit. */
  align?: "right"
  /** What the column is sorted by; without it, it is not. */
  sortBy?: (row: Row) => string | number
  /** CSS width, so that nothing jumps while data arrives. */
  width?: string
  /** On a phone: the card's head, its line under the head, left out, or (as otherwise) a line with the header as its name. */
  card?: "title" | "beside" | "hidden"
}

export interface Sorting {
  column: string
  descending: boolean
}

const collator = new Intl.Collator("en", { numeric: true })

/** A sorted copy; `tun2` stands before `tun10`. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const value = columns.find(({ id }) => id === sorting?.column)?.sortBy
  if (!value || !sorting) return rows
  const sign = sorting.descending ? -1 : 1
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)]
    if (typeof left === "number" && typeof right === "number") return sign * (left - right)
    return sign * collator.compare(String(left), String(right))
  })
}
