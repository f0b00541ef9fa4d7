import { type Amount, addTo, nothing } from "./amount.ts"
import { protocolFilter } from "./filter-text.ts"
import { LatestMap } from "./latest-map.ts"
import type { AnalysedRow } from "./row.ts"

/** What the rows of one protocol are together. */
export interface ProtocolShare extends Amount {
  readonly protocol: string
  last: number
  readonly filter: string
}

/** Their names come from the decoders, not from the wire; this is only for certainty. */
const mostProtocols = 256

export class Protocols {
  readonly #protocols = new LatestMap<string, ProtocolShare>(mostProtocols)

  add(row: AnalysedRow): void {
    const { protocol, time } = row
    const share = this.#protocols.getOrMake(protocol, () => {
      return { protocol, ...nothing(), last: time, filter: protocolFilter(protocol) }
    })
    addTo(share, row)
    share.last = time
  }

  list(): readonly ProtocolShare[] {
    return this.#protocols.values()
  }
}
