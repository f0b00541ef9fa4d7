// In turns: every contender once, then all again, so that a slow minute of the machine hits them alike.
import { type Carrier, type Contender, createLab, type Lab } from "./lab.ts"

export interface Turns<T> {
  contenders: readonly Contender[]
  rounds: number
  measure(lab: Lab, carrier: Carrier): Promise<T>
  /** Before each turn. */
  begins?(contender: Contender, round: number): void
  /** After each. `result` is null where it failed. */
  ended?(contender: Contender, result: T | null, failure: unknown): void
}

/** What was measured of each contender, by its id and round; null where it failed. */
export async function inTurns<T>({ contenders, rounds, measure, begins, ended }: Turns<T>) {
  const results: Record<string, (T | null)[]> = Object.fromEntries(contenders.map(({ id }) => [id, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      begins?.(contender, round)
      let result: T | null = null
      let failure: unknown
      try {
        result = await turn(contender, measure)
      } catch (error) {
        failure = error
      }
      results[contender.id]?.push(result)
      ended?.(contender, result, failure)
    }
  }
  return results
}

/** Hosts, wire and carrier are made for this turn and go with it. */
export async function turn<T>(
  contender: Contender,
  measure: Turns<T>["measure"],
  env?: Record<string, string>,
): Promise<T> {
  await using lab = await createLab()
  const carrier = await contender.start(lab, env)
  try {
    return await measure(lab, carrier)
  } finally {
    await carrier.stop()
  }
}
