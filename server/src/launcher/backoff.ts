/** How long to wait before a child that died is started again: it doubles, and a child that lived well starts over. */
export const backoff = { firstMilliseconds: 100, longestMilliseconds: 10_000, healthyMilliseconds: 30_000 } as const

/** `previous` is the last delay, 0 when there was none; `lived` is how long the child ran. */
export function nextDelay(previous: number, lived: number): number {
  if (previous === 0 || lived >= backoff.healthyMilliseconds) return backoff.firstMilliseconds
  return Math.min(previous * 2, backoff.longestMilliseconds)
}
