// Goals as a table: what was asked, what was measured, met or short.
import type { Run } from "../run-record.ts"
import { type Goal, goals } from "./goals.ts"
import { markdown, short } from "./markdown.ts"
import { spread } from "./statistics.ts"

export interface Judged {
  goal: Goal
  median: number
  low: number
  high: number
  met: boolean
}

/** Those that the run says something about. */
export function judge(run: Run): Judged[] {
  return goals.flatMap((goal) => {
    const found = spread(goal.values(run))
    if (found === null) return []
    const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = goal
    return [{ goal, ...found, met: found.median >= atLeast && found.median <= atMost }]
  })
}

export function goalTable(run: Run): string {
  const rows = judge(run).map(({ goal, median, low, high, met }) => {
    const { text, unit, atLeast, atMost } = goal
    const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
    return [text, `${wanted} ${unit}`, `${short(median)} (${short(low)}–${short(high)})`, met ? "met" : "**short**"]
  })
  return markdown([["", "goal", "measured", ""], ...rows])
}
