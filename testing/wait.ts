// The only way a test waits: poll for a condition, and say what never came.
import { setTimeout as sleep } from "node:timers/promises"

export interface Until {
  /** Finishes the sentence "waited N ms for …". */
  what: string
  timeoutMs?: number
  intervalMs?: number
}

/** Polls `condition` until it gives something truthy, and gives that back. A throw counts as "not yet"; the last one is the cause of the failure. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 10_000, intervalMs = 25 }: Until,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value) return value
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() >= deadline) {
      const reason = cause instanceof Error ? `: ${cause.message}` : ""
      throw new Error(`waited ${timeoutMs} ms for ${what}${reason}`, { cause })
    }
    await sleep(intervalMs)
  }
}
