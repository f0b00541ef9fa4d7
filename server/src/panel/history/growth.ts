import type { CountedRow } from "@tundeck/shared"
import { type Sums, sum } from "./sums.ts"

export type Totals = Pick<CountedRow, "values" | "roundTripMs" | "retransmissions">

/** A second in which nothing passed. */
export function idleSecond({ roundTripMs, retransmissions }: Totals): Sums {
  return second([0, 0, 0, 0, 0, 0], retransmissions === null ? null : 0, roundTripMs)
}

/**
 * What each of so many seconds had between two readings of the counters, evenly, and nothing lost in between; undefined when
 * the counters began anew.
 */
export function growth(before: Totals, after: Totals, seconds: number): Sums[] | undefined {
  const grown = after.values.map((value, i) => value - (before.values[i] ?? 0))
  const retransmitted =
    after.retransmissions === null || before.retransmissions === null
      ? null
      : after.retransmissions - before.retransmissions
  if (grown.some((value) => value < 0) || (retransmitted ?? 0) < 0) return undefined
  return Array.from({ length: seconds }, (_, i) => {
    const share = (total: number) => Math.floor((total * (i + 1)) / seconds) - Math.floor((total * i) / seconds)
    return second(grown.map(share), retransmitted === null ? null : share(retransmitted), after.roundTripMs)
  })
}

function second(passed: readonly number[], retransmissions: number | null, roundTripMs: number | null): Sums {
  const sums = [...passed, retransmissions ?? 0, 1, Number(retransmissions !== null)]
  sums[sum.roundTripSeconds] = Number(roundTripMs !== null)
  sums[sum.roundTripMicroseconds] = Math.round((roundTripMs ?? 0) * 1000)
  return sums
}
