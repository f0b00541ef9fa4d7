import { type Amount, addTo, nothing } from "./amount.ts"
import { type Conversation, Conversations } from "./conversations.ts"
import { type Drop, Drops } from "./drops.ts"
import { Expert } from "./expert/expert.ts"
import type { Finding } from "./expert/finding.ts"
import { type ProtocolShare, Protocols } from "./protocols.ts"
import type { AnalysedRow } from "./row.ts"
import { streamOf } from "./stream.ts"
import type { Surroundings } from "./surroundings.ts"
import { type Talker, Talkers } from "./talkers.ts"

export type { Amount } from "./amount.ts"
export { type Conversation, conversationName } from "./conversations.ts"
export type { Drop } from "./drops.ts"
export type { Finding, FindingKind } from "./expert/finding.ts"
export type { ProtocolShare } from "./protocols.ts"
export type { AnalysedRow } from "./row.ts"
export { nameOf } from "./stream.ts"
export { fallsBack, type Surroundings, surroundingsOf } from "./surroundings.ts"
export type { Talker } from "./talkers.ts"

export interface AnalysisTotal extends Amount {
  /** Packets that passed and were not seen; more than that, where nobody counted them. */
  missed: number
  isMissedKnown: boolean
  /** In Unix milliseconds; undefined before the first row. */
  first: number | undefined
  last: number | undefined
}

/**
 * What the packets of one tunnel are together: rows go in, in their order, and lists come out. Bounded in memory however many
 * rows there are. The lists stay the analysis's own: read them before the next row goes in.
 */
export class Analysis {
  readonly #total: AnalysisTotal = { ...nothing(), missed: 0, isMissedKnown: true, first: undefined, last: undefined }
  readonly #conversations = new Conversations()
  readonly #talkers = new Talkers()
  readonly #protocols = new Protocols()
  readonly #drops = new Drops()
  readonly #expert: Expert

  /** @param surroundings asked when a row comes */
  constructor(surroundings: () => Surroundings) {
    this.#expert = new Expert(surroundings)
  }

  add(row: AnalysedRow): void {
    const stream = streamOf(row)
    addTo(this.#total, row)
    this.#total.first ??= row.time
    this.#total.last = row.time
    this.#protocols.add(row)
    this.#drops.add(row)
    if (stream !== undefined) {
      this.#conversations.add(row, stream)
      this.#talkers.add(row, stream)
    }
    this.#expert.add(row, stream)
  }

  /** So many packets passed here that are not among the rows; null: nobody counted them. */
  gap(packets: number | null): void {
    if (packets === null) this.#total.isMissedKnown = false
    else this.#total.missed += packets
    this.#expert.gap()
  }

  get total(): Readonly<AnalysisTotal> {
    return this.#total
  }

  conversations(): readonly Conversation[] {
    return this.#conversations.list()
  }

  talkers(): readonly Talker[] {
    return this.#talkers.list()
  }

  protocols(): readonly ProtocolShare[] {
    return this.#protocols.list()
  }

  drops(): readonly Drop[] {
    return this.#drops.list()
  }

  findings(): readonly Finding[] {
    return this.#expert.findings()
  }

  /** Those that were left out for later ones. */
  get forgotten(): { conversations: number; talkers: number } {
    return { conversations: this.#conversations.forgotten, talkers: this.#talkers.forgotten }
  }
}
