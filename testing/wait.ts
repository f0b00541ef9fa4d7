// The only ways a test waits: poll for a condition, and say what never came; or for an assertion to hold.
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

/** Tries `assertion` until it throws no more, and gives its answer back. After `timeoutMs` it throws as it did last. */
export async function eventually<T>(assertion: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await assertion()
    } catch (error) {
      if (performance.now() >= deadline) throw error
    }
    await sleep(25)
  }
}
