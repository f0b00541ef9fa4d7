const firstMs = 100
const longestMs = 30_000

/**
 * How long to wait before attempt `attempt` (0 is the first after a loss): 100 ms doubling to 30 s, half of it by
 * chance, so that many peers of one host that came back do not all call at once.
 * `random` is in [0, 1).
 */
export function reconnectDelay(attempt: number, random: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20))
  return whole / 2 + (whole / 2) * random
}
