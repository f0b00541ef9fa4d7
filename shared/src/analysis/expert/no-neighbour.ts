import { note, type Seen, unseen } from "../amount.ts"
import { LatestMap } from "../latest-map.ts"
import type { AnalysedRow } from "../row.ts"
import { type Finding, findingTitles, mostKept, times } from "./finding.ts"
import type { Rule } from "./rule.ts"
import { aboutFilter, toldBy, vlanOf } from "./told.ts"

/** Linux asks three times, a second apart, before it gives up. */
const fewestQuestions = 3
const shortestMs = 1000

interface Wanted {
  address: string
  count: number
  seen: Seen
  filter: string
}

/** Addresses that are asked for by ARP or neighbour discovery, and nobody answers. */
export class NoNeighbour implements Rule {
  #wanted = new LatestMap<string, Wanted>(mostKept)

  add(row: AnalysedRow): void {
    for (const told of toldBy(row.key)) {
      if (told.kind === "claim") this.#wanted.delete(`${told.address} ${vlanOf(row.key)}`)
      // A question that was dropped here reached nobody.
      else if (told.kind === "question" && row.verdict !== "dropped") this.#ask(told.target, row)
    }
  }

  gap(): void {
    this.#wanted = new LatestMap(mostKept)
  }

  findings(): Finding[] {
    return this.#wanted.values().filter(isLongEnough).map(findingOf)
  }

  #ask(address: string, row: AnalysedRow): void {
    const wanted = this.#wanted.getOrMake(`${address} ${vlanOf(row.key)}`, () => {
      return { address, count: 0, seen: unseen(row.time), filter: aboutFilter(address, row.key) }
    })
    wanted.count++
    note(wanted.seen, row)
  }
}

function isLongEnough({ count, seen }: Wanted): boolean {
  return count >= fewestQuestions && seen.last - seen.first >= shortestMs
}

function findingOf({ address, count, seen, filter }: Wanted): Finding {
  const by = address.includes(":") ? "neighbour discovery" : "ARP"
  return {
    ...seen,
    kind: "no-neighbour",
    severity: "warning",
    title: findingTitles["no-neighbour"],
    what: `${address} was asked for by ${by} ${times(count)} in a row, and nobody answered.`,
    advice:
      "Is the address right, the host on, and on this network? Behind a peer that routes instead of switching, it needs a route, not a neighbour.",
    count,
    filter,
  }
}
