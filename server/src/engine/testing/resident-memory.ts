import { readFile } from "node:fs/promises"
import { until } from "../../../../testing/wait.ts"

/** Bytes of a process that are in memory now (proc_pid_status(5)). */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}

/** Waits until a process has at most `most` bytes more than it had `before`: what it let go of is collected by and by. */
export async function growsAtMost(pid: number, before: number, most: number): Promise<void> {
  const isSmall = async () => {
    const grown = (await residentMemory(pid)) - before
    if (grown <= most) return true
    throw new Error(`it has grown by ${grown} bytes`)
  }
  await until(isSmall, { what: `growth of at most ${most} bytes` })
}
