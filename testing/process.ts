// Child processes of a test: run one to its end, or start one and be sure to end it.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

export interface Output {
  code: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  input?: string | Buffer
  timeoutMs?: number
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Give the exit code back instead of throwing when it is not 0. */
  mayFail?: boolean
}

/** Runs a command to its end. Throws, with what the command printed, when it fails or takes longer than `timeoutMs` (60 s). */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { input, timeoutMs = 60_000, mayFail = false, env = process.env, cwd } = options
  const child = spawn(command, args, { env, ...(cwd ? { cwd } : {}), stdio: "pipe", timeout: timeoutMs })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  child.stdin.on("error", () => {}) // a command that does not read its input may close it first
  child.stdin.end(input)
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code, signal) => resolve({ code, signal }))
  })
  if (code !== 0 && !mayFail) {
    throw new Error(`${command} ${args.join(" ")}: ${signal ?? `exit code ${code}`}\n${stdout}${stderr}`)
  }
  return { code: code ?? -1, stdout, stderr }
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Where both outputs go; without it they are dropped. */
  logFile?: string
}

export interface Running {
  readonly pid: number
  readonly exited: boolean
  /** What it printed so far. */
  output(): string
  signal(signal: NodeJS.Signals): void
  /** SIGTERM to its process group, SIGKILL after `graceMs`; done when it has ended. */
  stop(graceMs?: number): Promise<void>
}

/** Starts a command in a process group of its own, so that what it starts ends with it. */
export function start(command: string, args: readonly string[], options: StartOptions = {}): Running {
  const { env = process.env, cwd, logFile } = options
  const log = logFile === undefined ? "ignore" : openSync(logFile, "a")
  const stdio: SpawnOptions["stdio"] = ["ignore", log, log]
  const child = spawn(command, args, { env, ...(cwd ? { cwd } : {}), stdio, detached: true })
  if (log !== "ignore") closeSync(log)
  child.unref()
  return running(child, command, logFile)
}

function running(child: ChildProcess, command: string, logFile: string | undefined): Running {
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve())
    child.once("error", () => resolve())
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} cannot be started: is it installed?`)
  const gone = () => child.exitCode !== null || child.signalCode !== null
  return {
    pid,
    get exited() {
      return gone()
    },
    output: () => (logFile === undefined ? "" : readFileSync(logFile, "utf8")),
    signal: (signal) => void signalQuietly(pid, signal),
    async stop(graceMs = 10_000) {
      if (!gone()) {
        child.ref()
        signalQuietly(-pid, "SIGTERM")
        await Promise.race([ended, sleep(graceMs, undefined, { ref: false })])
      }
      signalQuietly(-pid, "SIGKILL")
      if (!gone()) await ended
    },
  }
}

/** False when there is no such process (any more). */
export function signalQuietly(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
