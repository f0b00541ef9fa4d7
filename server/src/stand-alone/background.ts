import { spawn } from "node:child_process"
import { join } from "node:path"
import { parentVariable } from "../launcher/die-with-parent.ts"
import { checkout } from "../launcher/program.ts"
import { StartError } from "../launcher/start-error.ts"
import { logLevelOf } from "./log.ts"

/** What the process in the background tells the one that started it: nothing when it is ready, or why it is not. */
export interface Told {
  failure: string | null
}

const program = join(checkout, "server/bin/tundeck-wireguard.mjs")

/** Starts the stand-alone form in a session of its own. Resolves once it serves its socket. Throws StartError. */
export function startInBackground(name: string): Promise<void> {
  // It belongs to nobody: neither to a script of npm's nor to an older Node that started it.
  const { npm_lifecycle_event: _, [parentVariable]: __, ...env } = process.env
  const { LOG_LEVEL } = env
  // Whoever asks for a log gets it; else the terminal, or the script behind it, is let go.
  const output = LOG_LEVEL === undefined || logLevelOf(LOG_LEVEL) === "silent" ? "ignore" : "inherit"
  const child = spawn(process.execPath, [program, "--foreground", name], {
    stdio: ["ignore", output, output, "ipc"],
    env,
    cwd: "/",
    detached: true,
  })
  return new Promise((resolve, reject) => {
    child.once("message", ({ failure }: Told) => {
      child.disconnect()
      child.unref()
      if (failure === null) resolve()
      else reject(new StartError(failure))
    })
    child.once("error", (error) => reject(new StartError(`It cannot be started: ${error.message}`)))
    child.once("exit", (code, signal) => reject(new StartError(`It ended before it was ready (${signal ?? code}).`)))
  })
}

/** Tells the process that waits for this one, if any does. */
export function tellStarter(told: Told): void {
  if (!process.connected) return
  process.send?.(told, () => {
    if (process.connected) process.disconnect?.()
  })
}
