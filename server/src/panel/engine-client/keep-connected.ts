import { setTimeout as sleep } from "node:timers/promises"

export interface Link {
  readonly closed: Promise<void>
  close(): void
}

/** 50 ms, then twice as long each time up to 2 s, minus up to a quarter so that many do not come at once. */
export function retryDelayMs(failures: number, random = Math.random()): number {
  const delay = Math.min(2000, 50 * 2 ** Math.min(failures, 10))
  return delay - (delay / 4) * random
}

/** Connects, waits for the end, and connects again until it is stopped. `connect` rejects when nobody is there. */
export function keepConnected(connect: () => Promise<Link>): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let link: Link | undefined

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        link = await connect()
        if (stopping.signal.aborted) link.close()
        const since = Date.now()
        await link.closed
        if (Date.now() - since > 1000) failures = 0 // one that turns us away at once is a failure, too
      } catch {
        // Nobody listens: the engine starts, or is started again by the launcher.
      }
      link = undefined
      if (stopping.signal.aborted) return
      await sleep(retryDelayMs(failures++), undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      link?.close()
      await running
    },
  }
}
