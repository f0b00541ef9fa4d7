import { streamFilter } from "./filter-text.ts"
import type { AnalysedRow } from "./row.ts"
import { streamOf } from "./stream.ts"

/** A filter that finds both directions of what the row belongs to; undefined: it names nobody. */
export function flowFilter(row: AnalysedRow): string | undefined {
  const stream = streamOf(row)
  return stream && streamFilter(stream)
}
