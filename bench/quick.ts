// A short run for a test: TCP throughput alone, of a few, in turns.
import { contenders } from "./contenders/contenders.ts"
import { tcp } from "./measure/tcp.ts"
import { ratios, type Spread, spread } from "./report/statistics.ts"
import { inTurns } from "./turns.ts"

/** How many times what `reference` carries each of `ids` does: ratios of each round, one TCP stream from b to a, the quickest of three. Throws when one fails. */
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
      let most = 0 // whatever else the machine does, and compilers that warm up, only slow it down
      for (let i = 0; i < 3; i++) most = Math.max(most, (await tcp(through, { seconds })).gigabits)
      return most
    },
    ended({ name }, result, failure) {
      if (result === null) throw new Error(`${name} could not be measured`, { cause: failure })
    },
  })
  const entries = ids.map((id) => [id, spread(ratios(gigabits[id] ?? [], gigabits[reference] ?? []))])
  return Object.fromEntries(entries)
}
