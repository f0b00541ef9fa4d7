export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export interface Spread {
  median: number
  low: number
  high: number
}

/** By round; nothing where it failed. */
export type Values = readonly (number | null | undefined)[]

/** Of the values that are there; null when there is none. */
export function spread(values: Values): Spread | null {
  const sorted = values.filter((value) => typeof value === "number").toSorted((x, y) => x - y)
  const [low, high] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined) return null
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1)
  return { median: middle.reduce((sum, value) => sum + value, 0) / middle.length, low, high }
}

/** Round by round, so that a machine whose speed drifts does not count. */
export function ratios(values: Values, to: Values): (number | null)[] {
  return values.map((value, round) => {
    const base = to[round]
    return typeof value === "number" && typeof base === "number" && base !== 0 ? value / base : null
  })
}
