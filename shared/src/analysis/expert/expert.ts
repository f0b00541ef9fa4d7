import type { AnalysedRow } from "../row.ts"
import type { Stream } from "../stream.ts"
import type { Surroundings } from "../surroundings.ts"
import { DuplicateAddress } from "./duplicate-address.ts"
import type { Finding } from "./finding.ts"
import { NoNeighbour } from "./no-neighbour.ts"
import { OneWay } from "./one-way.ts"
import { PathMtu } from "./path-mtu.ts"
import { Retransmissions } from "./retransmissions.ts"
import type { Rule } from "./rule.ts"
import { TcpOverTcp } from "./tcp-over-tcp.ts"
import { TooLarge } from "./too-large.ts"

/** All rules, in the order in which their findings are worth reading. */
export class Expert {
  readonly #rules: readonly Rule[]

  constructor(surroundings: () => Surroundings) {
    this.#rules = [
      new TooLarge(),
      new PathMtu(),
      new TcpOverTcp(surroundings),
      new DuplicateAddress(),
      new NoNeighbour(),
      new OneWay(surroundings),
      new Retransmissions(),
    ]
  }

  add(row: AnalysedRow, stream: Stream | undefined): void {
    for (const rule of this.#rules) rule.add(row, stream)
  }

  gap(): void {
    for (const rule of this.#rules) rule.gap()
  }

  /** Warnings before notes; within each in the order of the rules, what began first before the others. */
  findings(): Finding[] {
    const all = this.#rules.flatMap((rule) => rule.findings().sort((a, b) => a.first - b.first))
    return [
      ...all.filter(({ severity }) => severity === "warning"),
      ...all.filter(({ severity }) => severity === "note"),
    ]
  }
}
