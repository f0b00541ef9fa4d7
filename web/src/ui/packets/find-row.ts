import type { PacketSummary } from "@tundeck/shared"
import { dropReasonText } from "../../lib/drop-reason.ts"
import type { PacketRow } from "./packet-log.ts"
import type { RowRing } from "./row-ring.ts"

/**
 * The next row, or with `step` -1 the one before, that has the text in one of its words; after the last one the search goes
 * on at the first. Upper and lower case are alike. undefined: there is none.
 * @param from the position where it begins; it comes last itself
 */
export function findRow(rows: RowRing<PacketRow>, text: string, from: number, step: 1 | -1): number | undefined {
  const wanted = text.toLowerCase()
  if (wanted === "" || rows.length === 0) return undefined
  const begin = Math.min(Math.max(from, rows.first - 1), rows.end) - rows.first
  for (let walked = 1; walked <= rows.length; walked++) {
    const index = (begin + step * walked + 2 * rows.length) % rows.length
    const row = rows.at(rows.first + index)
    if (row !== undefined && !("gap" in row) && has(row, wanted)) return rows.first + index
  }
  return undefined
}

function has({ source, destination, protocol, info, peer, verdict, reason }: PacketSummary, wanted: string): boolean {
  const fate = reason === undefined ? verdict : `dropped: ${dropReasonText(reason).title}`
  return [source, destination, protocol, info, peer, fate].some((part) => part?.toLowerCase().includes(wanted))
}
