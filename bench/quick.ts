// A short run for a test: TCP throughput alone, of a few, in turns.
import { contenders } from "./contenders/contenders.ts"
import { tcp } from "./measure/tcp.ts"
import { ratios, type Spread, spread } from "./report/statistics.ts"
import { inTurns } from "./turns.ts"

/** How many times what `reference` carries each of `ids` does: ratios of each round, one TCP stream from b to a. Throws when one fails. */
export async function quick<Id extends string>(
  ids: readonly Id[],
  reference: string,
  { rounds = 3, seconds = 1 } = {},
): Promise<Record<Id, Spread>> {
  const chosen = [reference, ...ids].flatMap((id) => contenders.filter((contender) => contender.id === id))
  const gigabits = await inTurns({
    contenders: chosen,
    rounds,
    async measure(lab, { address }) {
      const through = { ...lab, address }
      await tcp(through, { seconds: 1 }) // compilers warm up
      return (await tcp(through, { seconds })).gigabits
    },
    ended({ name }, result, failure) {
      if (result === null) throw new Error(`${name} could not be measured`, { cause: failure })
    },
  })
  const entries = ids.map((id) => [id, spread(ratios(gigabits[id] ?? [], gigabits[reference] ?? []))])
  return Object.fromEntries(entries)
}
