import { join } from "node:path"
import type { Namespace } from "../testing/namespace.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../testing/temporary.ts"
import { until } from "../testing/wait.ts"

export interface Ping extends AsyncDisposable {
  /** How many were answered so far. */
  replies(): number
  /** How many were not, of those before the newest answer. */
  lost(): number
  /** Waits until some more were answered than there are now. */
  moreReplies(when: string): Promise<void>
}

/** Pings until it is disposed of. */
export async function startPing(from: Namespace, to: string, everySeconds = 0.2): Promise<Ping> {
  const directory: TemporaryDirectory = await temporaryDirectory()
  const ping = from.spawn("ping", ["-i", `${everySeconds}`, to], { logFile: join(directory.path, "ping") })
  const answered = () => [...ping.output().matchAll(/icmp_seq=(\d+) ttl=/g)].map(([, sequence]) => Number(sequence))
  const replies = () => answered().length
  return {
    replies,
    lost() {
      const all = answered()
      return (all.at(-1) ?? 0) - all.length
    },
    async moreReplies(when) {
      const before = replies()
      await until(() => replies() > before + 3, { what: `the ping to be answered ${when}`, timeoutMs: 30_000 })
    },
    async [Symbol.asyncDispose]() {
      await ping.stop()
      await directory.remove()
    },
  }
}

/** Whether one ping is answered within some seconds. */
export async function isAnswered(from: Namespace, to: string, withinSeconds: number): Promise<boolean> {
  const ping = ["-q", "-c", "1", "-W", `${withinSeconds}`, to]
  return / 1 received/.test((await from.exec("ping", ping, { mayFail: true })).stdout)
}
