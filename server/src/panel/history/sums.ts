/**
 * What passed in some time, as whole numbers that are added up and nothing else: so the sums of a minute are those of its
 * seconds, and a mean stays exact. Counters first, in the order in which the engine tells them.
 */
export const sum = {
  outboundBytes: 0,
  inboundBytes: 1,
  outboundPackets: 2,
  inboundPackets: 3,
  outboundDrops: 4,
  inboundDrops: 5,
  retransmissions: 6,
  /** How long was measured; how long the transport knew of retransmissions; how long a round trip was known. */
  seconds: 7,
  retransmissionSeconds: 8,
  roundTripSeconds: 9,
  /** Each second's, added. */
  roundTripMicroseconds: 10,
  size: 11,
} as const

export type Sums = readonly number[]

/** `times` alike: what a run of seconds adds up to. */
export function addSums(into: number[], sums: Sums, times = 1): void {
  for (let i = 0; i < sum.size; i++) into[i] = (into[i] ?? 0) + (sums[i] ?? 0) * times
}

export function noSums(): number[] {
  return new Array<number>(sum.size).fill(0)
}

export function isSameSums(a: Sums, b: Sums): boolean {
  return a.every((value, i) => value === b[i])
}
