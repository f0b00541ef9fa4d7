import { readFile } from "node:fs/promises"

/** Bytes of a process that are in memory now (proc_pid_status(5)). */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}
