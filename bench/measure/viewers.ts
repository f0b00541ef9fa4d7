// Viewers of a tunnel on the host where it runs: no plumbing between them and the panel that would cost, too.
import { join } from "node:path"
import type { Namespace } from "../../testing/namespace.ts"
import type { Product } from "../../testing/product.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { until } from "../../testing/wait.ts"

const program = join(import.meta.dirname, "viewer-program.ts")

/** What a viewer was told; a delay is the milliseconds from when a packet passed until its row was read. */
export interface Seen {
  shown: number
  missed: number
  delayMedian: number
  delay99: number
}

export interface Viewers {
  close(): Promise<Seen>
}

/** `reading`, at least one, and `frozen` ones that never read. */
export async function startViewers(
  host: Namespace,
  { url, token }: Product,
  tunnel: string,
  { reading = 1, frozen = 0 } = {},
): Promise<Viewers> {
  const directory = await temporaryDirectory()
  const running = host.spawn(process.execPath, [program, url, tunnel, `${reading}`, `${frozen}`], {
    env: { ...process.env, TUNDECK_TOKEN: token },
    logFile: join(directory.path, "log"),
  })
  const close = async () => {
    await running.stop()
    await directory.remove()
  }
  try {
    await until(() => running.output().includes("watching"), { what: "the viewers to watch", timeoutMs: 30_000 })
  } catch (error) {
    await close()
    throw error
  }
  return {
    async close() {
      running.signal("SIGTERM")
      await until(() => running.exited, { what: "the viewers to end" })
      const said = running.output().trim().split("\n").at(-1) ?? ""
      await close()
      return JSON.parse(said)
    },
  }
}
