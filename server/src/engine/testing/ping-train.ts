// Echo requests that go on for as long as the test wants, and the gaps between their answers.
import { join } from "node:path"
import type { Namespace } from "../../../../testing/namespace.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"

export const pingIntervalMs = 100

export interface PingTrain extends AsyncDisposable {
  /** The sequence numbers that were answered so far. */
  answered(): number[]
  /** Waits for the answers to `count` more requests, and tells how many in a row before them had none. */
  returns(count?: number): Promise<number>
  /** No more requests. */
  stop(): Promise<void>
}

export async function startPingTrain(from: Namespace, target: string): Promise<PingTrain> {
  const directory = await temporaryDirectory()
  const args = ["-n", "-i", `${pingIntervalMs / 1000}`, target]
  const ping = from.spawn("ping", args, { logFile: join(directory.path, "ping") })
  const answered = () => [...ping.output().matchAll(/icmp_seq=(\d+).* time=/g)].map(([, sequence]) => Number(sequence))
  return {
    answered,
    async returns(count = 5) {
      const before = answered()
      const isBack = () => answered().length >= before.length + count
      await until(isBack, { what: `${count} answers of ${target}`, timeoutMs: 20_000 })
      return longestGap(answered().slice(Math.max(0, before.length - 1)))
    },
    stop: () => ping.stop(),
    async [Symbol.asyncDispose]() {
      await ping.stop()
      await directory.remove()
    },
  }
}

/** How many of the requests in a row had no answer. */
export function longestGap(answered: readonly number[]): number {
  return answered.reduce((longest, sequence, i) => Math.max(longest, sequence - (answered[i - 1] ?? sequence) - 1), 0)
}
