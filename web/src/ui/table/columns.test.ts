import { expect, test } from "vitest"
import { type Column, sortRows } from "./columns.ts"

interface Row {
  name: string
  size: number
}
const rows: Row[] = [
  { name: "tun10", size: 1 },
  { name: "tun2", size: 30 },
]
const columns: Column<Row>[] = [
  { id: "name", header: "Name", sortBy: ({ name }) => name, cell: ({ name }) => name },
  { id: "size", header: "Size", sortBy: ({ size }) => size, cell: ({ size }) => size },
  { id: "plain", header: "Plain", cell: () => null },
]
const names = (column: string, descending: boolean) =>
  sortRows(rows, columns, { column, descending }).map(({ name }) => name)

test("sorting: tun2 stands before tun10, numbers by their size", () => {
  expect(names("name", false)).toEqual(["tun2", "tun10"])
  expect(names("name", true)).toEqual(["tun10", "tun2"])
  expect(names("size", false)).toEqual(["tun10", "tun2"])
})

test("sorting: a column that has no order leaves the rows as they came", () => {
  expect(names("plain", true)).toEqual(["tun10", "tun2"])
})
