import { type AnalysedRow, packetsOf } from "./row.ts"

/** What passed, and how much of it was dropped. */
export interface Amount {
  packets: number
  /** Of the inner packets. */
  bytes: number
  /** In packets. */
  drops: number
}

export const nothing = (): Amount => ({ packets: 0, bytes: 0, drops: 0 })

export function addTo(amount: Amount, row: AnalysedRow): void {
  const packets = packetsOf(row)
  amount.packets += packets
  amount.bytes += row.length
  if (row.verdict === "dropped") amount.drops += packets
}

/** When the first and the latest of something passed, in Unix milliseconds, and the numbers of the latest rows. */
export interface Seen {
  first: number
  last: number
  rows: number[]
}

const mostRows = 5

export const unseen = (time: number): Seen => ({ first: time, last: time, rows: [] })

export function note(seen: Seen, { time, number }: AnalysedRow): void {
  seen.last = time
  seen.rows.push(number)
  if (seen.rows.length > mostRows) seen.rows.shift()
}
