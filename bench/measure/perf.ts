// Samples of a process by perf, and what they say.
import { chown } from "node:fs/promises"
import { run } from "../../testing/process.ts"

/** For NODE_OPTIONS of who is looked at: names of JavaScript go to /tmp/perf-PID.map, which perf reads. */
export const namedJavaScript = "--perf-basic-prof --interpreted-frames-native-stack"
export const mapOf = (pid: number) => `/tmp/perf-${pid}.map`

/** Looks 2,000 times a second, by the clock: a virtual machine seldom has counters of cycles. */
export async function sample(pid: number, seconds: number, data: string): Promise<void> {
  const what = ["-q", "-e", "cpu-clock", "-F", "2000", "-g", "-p", `${pid}`, "-o", data]
  await run("perf", ["record", ...what, "--", "sleep", `${seconds}`], { timeoutMs: (seconds + 30) * 1000 })
  await chown(mapOf(pid), 0, 0) // else perf does not trust it
}

/** Shares of the samples by `keys` of perf-report(1), `limit` percent and above. */
export async function shares(data: string, keys: string, limit = 0.5): Promise<string> {
  return lines(await report(data, ["--no-children", "--sort", keys, "--percent-limit", `${limit}`])).join("\n")
}

/** Where a system call enters the kernel. */
const entries = /\[k\] (__(x64|arm64)_sys_\w+|ksys_\w+|do_(readv|writev))$/

/** Shares of the system calls, with all that the kernel does for each. */
export async function systemCalls(data: string): Promise<string> {
  const found = lines(await report(data, ["--children", "--sort", "symbol", "--percent-limit", "0.5"]))
  return found.filter((line) => entries.test(line)).join("\n")
}

async function report(data: string, options: readonly string[]): Promise<string> {
  const { stdout } = await run("perf", ["report", "-i", data, "--stdio", "-g", "none", ...options], {
    timeoutMs: 120_000,
  })
  return stdout
}

/** Without comments, padding, and columns that are empty on this machine. */
function lines(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/(\s+-)+\s*$/, "").trimEnd())
    .map((line) => line.replace(/file:\/\/\S*\/(server|shared|native-bindings|node_modules)\//, "$1/"))
}
