import { note, type Seen, unseen } from "../amount.ts"
import type { AnalysedRow } from "../row.ts"
import type { Surroundings } from "../surroundings.ts"
import { counted, type Finding, findingTitles } from "./finding.ts"
import { fewestAgain, isSentAgain, sentAgainFilter } from "./retransmissions.ts"
import type { Rule } from "./rule.ts"

/** Inner TCP that sends again what the tunnel's own TCP will deliver anyway. */
export class TcpOverTcp implements Rule {
  readonly #surroundings: () => Surroundings
  #again = 0
  #seen: Seen | undefined

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
  }

  add(row: AnalysedRow): void {
    if (!isSentAgain(row) || !this.#surroundings().isOverTcp(row.peer)) return
    this.#again++
    this.#seen ??= unseen(row.time)
    note(this.#seen, row)
  }

  gap(): void {
    // Counts what is certain.
  }

  findings(): Finding[] {
    if (this.#seen === undefined || this.#again < fewestAgain) return []
    return [
      {
        ...this.#seen,
        kind: "tcp-over-tcp",
        severity: "warning",
        title: findingTitles["tcp-over-tcp"],
        what: `The tunnel goes over TCP, and ${counted(this.#again)} segments of TCP within it were sent again.`,
        advice:
          "Let the tunnel go over UDP where the network lets it: over TCP a loss holds back everything behind it, and both TCPs then wait and send for the same one.",
        count: this.#again,
        filter: sentAgainFilter,
      },
    ]
  }
}
