import { useState } from "react"

/** The columns of the live table from left to right, each with its width in the grid. */
const widths = {
  number: "minmax(52px, max-content)",
  time: "100px",
  direction: "54px",
  length: "56px",
  source: "clamp(126px, 11cqi, 285px)",
  destination: "clamp(126px, 11cqi, 285px)",
  protocol: "80px",
  peer: "clamp(70px, 8cqi, 160px)",
  info: "minmax(120px, 1fr)",
  verdict: "minmax(80px, max-content)",
} as const
export type ColumnName = keyof typeof widths

export const columnNames = Object.keys(widths) as ColumnName[] // Object.keys forgets the literal type
const hiddenAtFirst: readonly ColumnName[] = ["number", "peer"]
/** A row without it says nothing. */
export const alwaysShown: ColumnName = "info"

export function gridTemplate(columns: readonly ColumnName[]): string {
  return columns.map((name) => widths[name]).join(" ")
}

const place = "tundeck-packet-columns"

/** The columns that are shown, in their order; kept in this browser. */
export function useColumns(): { columns: readonly ColumnName[]; show: (names: readonly string[]) => void } {
  const [columns, setColumns] = useState(() => chosen(remembered()))
  const show = (names: readonly string[]) => {
    setColumns(chosen(names))
    try {
      localStorage.setItem(place, names.join(" "))
    } catch {
      // A browser that keeps nothing shows them until the page is left.
    }
  }
  return { columns, show }
}

function remembered(): readonly string[] {
  try {
    return localStorage.getItem(place)?.split(" ") ?? columnNames.filter((name) => !hiddenAtFirst.includes(name))
  } catch {
    return columnNames.filter((name) => !hiddenAtFirst.includes(name))
  }
}

export function chosen(names: readonly string[]): readonly ColumnName[] {
  return columnNames.filter((name) => name === alwaysShown || names.includes(name))
}
