// Chunks of 1 MB over one TCP connection from a namespace to an address of another, hashed at both ends.
import { join } from "node:path"
import type { Namespace } from "./namespace.ts"
import { temporaryDirectory } from "./temporary.ts"
import { until } from "./wait.ts"

const end = join(import.meta.dirname, "transfer-end.ts")

export interface Transfer {
  from: Namespace
  to: Namespace
  /** Of `to`. */
  host: string
  chunks: number
  port?: number
  timeoutMs?: number
}

/** Answers the hashes of the chunks as they were sent and as they came. */
export async function transfer(options: Transfer): Promise<{ sent: string[]; received: string[] }> {
  const { from, to, host, chunks, port = 7000, timeoutMs = 60_000 } = options
  const directory = await temporaryDirectory()
  const log = join(directory.path, "receiver.log")
  const receiver = to.spawn(process.execPath, [end, "receive", host, `${port}`, `${chunks}`], { logFile: log })
  try {
    await until(() => receiver.output().includes("listening"), { what: "the receiver to listen", timeoutMs: 30_000 })
    const args = [end, "send", host, `${port}`, `${chunks}`]
    const { stdout } = await from.exec(process.execPath, args, { timeoutMs })
    await until(() => receiver.exited, { what: "the receiver to have all", timeoutMs })
    return { sent: hashes(stdout), received: hashes(receiver.output()) }
  } finally {
    await receiver.stop()
    await directory.remove()
  }
}

function hashes(text: string): string[] {
  return text.split("\n").filter((line) => /^[0-9a-f]{64}$/.test(line))
}
