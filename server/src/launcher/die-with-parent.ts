import { constants } from "node:os"
import { setParentDeathSignal } from "@tundeck/native-bindings"

/** Names the process that a child belongs to: its parent, unless that is gone already. */
export const parentVariable = "TUNDECK_PARENT_PID"

/** The kernel sends this process a signal when the one that started it dies, however it dies. Nothing without the variable. */
export function dieWithParent(signal: "SIGKILL" | "SIGTERM"): void {
  const parent = process.env[parentVariable]
  if (parent === undefined) return
  setParentDeathSignal(constants.signals[signal])
  if (process.ppid !== Number(parent)) process.kill(process.pid, signal) // it died before we asked
}
