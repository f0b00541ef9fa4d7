import type { AnalysedRow } from "../row.ts"
import type { Stream } from "../stream.ts"
import type { Finding } from "./finding.ts"

/** Looks for one thing. Takes every row in its order, keeps a bounded amount in mind, and says only what the rows prove. */
export interface Rule {
  /** @param stream between whom; undefined where the row has no addresses */
  add(row: AnalysedRow, stream: Stream | undefined): void
  /** Rows are missing here: whatever was waited for may have been among them. */
  gap(): void
  findings(): Finding[]
}
