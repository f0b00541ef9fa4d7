import type { PacketSummary } from "../../model/packet-summary.ts"

/** What a filter asks a packet: its bytes by the key, and what Tundeck knows of it. */
export type FilteredRow = Pick<
  PacketSummary,
  "length" | "direction" | "injected" | "protocol" | "info" | "tcp" | "verdict" | "reason" | "errno" | "peer" | "key"
>

/** What all rows that a filter will see have in common. */
export interface FilteredRows {
  /** The names by which their tunnel is known. */
  tunnel?: readonly string[]
}

export type Predicate = (row: FilteredRow) => boolean
