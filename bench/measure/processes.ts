// What processes used, all their threads.
import { readFile } from "node:fs/promises"

const clockTicks = 100 // sysconf(_SC_CLK_TCK), which Linux fixes at 100 towards user space
const pageSize = 4096

/** User and system time so far. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8")))
  // proc_pid_stat(5): fields 14 and 15, counted behind the command in parentheses.
  return each.reduce((sum, text) => {
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
    return sum + (Number(fields[11]) + Number(fields[12])) / clockTicks
  }, 0)
}

export async function residentMegabytes(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/statm`, "utf8")))
  return each.reduce((sum, text) => sum + (Number(text.split(" ")[1]) * pageSize) / 1e6, 0)
}
