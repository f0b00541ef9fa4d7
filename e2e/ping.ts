import { join } from "node:path"
import type { Namespace } from "../testing/namespace.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../testing/temporary.ts"
import { until } from "../testing/wait.ts"

export interface Ping extends AsyncDisposable {
  /** How many were answered so far. */
  replies(): number
  /** Waits until some more were answered than there are now. */
  moreReplies(when: string): Promise<void>
}

/** Pings five times a second until it is disposed of. */
export async function startPing(from: Namespace, to: string): Promise<Ping> {
  const directory: TemporaryDirectory = await temporaryDirectory()
  const ping = from.spawn("ping", ["-i", "0.2", to], { logFile: join(directory.path, "ping") })
  const replies = () => ping.output().match(/bytes from /g)?.length ?? 0
  return {
    replies,
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
