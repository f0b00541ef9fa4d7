import type { DropReason } from "../../model/verdict.ts"
import { Drops } from "../drops.ts"
import type { AnalysedRow } from "../row.ts"
import { counted, type Finding, findingTitles } from "./finding.ts"
import type { Rule } from "./rule.ts"

const sizes: ReadonlySet<DropReason> = new Set<DropReason>(["above-mtu", "above-path-mtu", "frame-too-long"])
const way = { outbound: "on the way out", inbound: "on the way in" } as const

/** What Tundeck itself dropped because it was too large. */
export class TooLarge implements Rule {
  readonly #drops = new Drops()
  readonly #shortest = new Map<string, number>()

  add(row: AnalysedRow): void {
    if (row.reason === undefined || !sizes.has(row.reason)) return
    this.#drops.add(row)
    const key = `${row.direction} ${row.reason}`
    this.#shortest.set(key, Math.min(row.length, this.#shortest.get(key) ?? row.length))
  }

  gap(): void {
    // Counts what is certain.
  }

  findings(): Finding[] {
    return this.#drops.list().map(({ direction, reason, title, remedy, packets, bytes: _, ...drop }) => {
      const shortest = counted(this.#shortest.get(`${direction} ${reason}`) ?? 0)
      const many = packets === 1 ? "1 packet was" : `${counted(packets)} packets were`
      return {
        ...drop,
        kind: "too-large",
        severity: "warning",
        title: findingTitles["too-large"],
        what: `${many} dropped ${way[direction]}, the shortest of ${shortest} bytes. ${title}.`,
        advice: remedy,
        count: packets,
      }
    })
  }
}
