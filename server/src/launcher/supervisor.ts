import type { ChildProcess } from "node:child_process"
import { setTimeout as sleep } from "node:timers/promises"
import type { Logger } from "pino"
import { nextDelay } from "./backoff.ts"

const graceMilliseconds = 5_000

//  starting ──ready──▶ running ──died──▶ waiting ──delay over──▶ starting
//     │ ended by itself, never ready before: nothing to gain by another try
//     ▼
//   failed            stop, from anywhere: SIGTERM, SIGKILL 5 s later ──▶ stopped

export interface Supervised {
  /** Resolves when the child ended by itself before it ever was ready. */
  readonly failed: Promise<void>
  /** Told from outside, once: it works, so from now on it is started again whatever happens. */
  ready(): void
  stop(): Promise<void>
}

/** Keeps one child alive. `start` is called for each life; once `ending` is aborted no new life begins. */
export function supervise(name: string, start: () => ChildProcess, log: Logger, ending: AbortSignal): Supervised {
  const failure = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const over = AbortSignal.any([stopping.signal, ending])
  let wasReady = false
  let child: ChildProcess | undefined
  let delay = 0

  const live = async () => {
    while (!over.aborted) {
      const born = performance.now()
      child = start()
      log.debug({ child: name, pid: child.pid }, "started")
      const { code, signal } = await endOf(child)
      child = undefined
      if (over.aborted) return
      if (!wasReady && signal === null) return failure.resolve()
      delay = nextDelay(delay, performance.now() - born)
      log.warn({ child: name, code, signal, delay }, `the ${name} ended; starting it again`)
      await sleep(delay, undefined, { signal: over }).catch(() => {})
    }
  }
  const life = live()

  return {
    failed: failure.promise,
    ready: () => {
      wasReady = true
    },
    async stop() {
      stopping.abort()
      child?.kill("SIGTERM")
      const timer = setTimeout(() => {
        log.warn({ child: name }, `the ${name} does not end; killing it`)
        child?.kill("SIGKILL")
      }, graceMilliseconds)
      await life
      clearTimeout(timer)
    },
  }
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: 1, signal: null })) // it could not be started at all
    child.once("exit", (code, signal) => resolve({ code, signal }))
  })
}
