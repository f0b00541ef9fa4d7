import { spawn } from "node:child_process"
import { constants } from "node:os"

/** Leaders of process groups. */
const running = new Set<number>()

export interface ChildOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  patienceMs: number
}

export type Outcome = "succeeded" | "failed" | "late"

/** Runs a command to its end, or until `patienceMs` are over. What it started is gone then as well. */
export function outcomeOf(command: string, args: readonly string[], options: ChildOptions): Promise<Outcome> {
  const { patienceMs, ...rest } = options
  const child = spawn(command, args, { ...rest, stdio: "ignore", detached: true })
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    const { pid } = child
    if (pid === undefined) return
    running.add(pid)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      endGroup(pid)
    }, patienceMs)
    child.once("exit", (code) => {
      clearTimeout(timer)
      endGroup(pid)
      running.delete(pid)
      if (isLate) resolve("late")
      else resolve(code === 0 ? "succeeded" : "failed")
    })
  })
}

/** From now on a signal that ends this process ends its children first: in groups of their own they would not hear of it. */
export function endChildrenWithUs(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      for (const pid of running) endGroup(pid)
      process.exit(128 + constants.signals[signal])
    })
  }
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL")
  } catch {
    // It is gone.
  }
}
