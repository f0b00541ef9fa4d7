// Loaded by --import before a child's own modules: no child outlives its parent.
import { isMainThread } from "node:worker_threads"
import { dieWithParent } from "./die-with-parent.ts"

if (isMainThread) {
  dieWithParent("SIGKILL")
  // The kernel forgets the signal when the child becomes another user; the channel to the parent closes all the same.
  if (process.connected) process.once("disconnect", () => process.kill(process.pid, "SIGKILL"))
}
