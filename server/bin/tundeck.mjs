#!/usr/bin/env node
// The `tundeck` command. Plain JavaScript: under a Node older than 26 it starts itself again with the pinned one.
import { spawn } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import module from "node:module"
import { constants } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const oldestNode = 26
const self = fileURLToPath(import.meta.url)
const checkout = join(dirname(self), "..", "..")

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  if (process.env.npm_lifecycle_event) endWithParent(() => process.kill(process.pid, "SIGTERM"))
  keepCompiled()
  await import("../src/cli/main.ts")
} else {
  startAgain(pinnedNode())
}

function pinnedNode() {
  const path = join(checkout, "node_modules", `node-linux-${process.arch}`, "bin", "node")
  if (existsSync(path)) return path
  console.error(
    `tundeck: it needs Node ${oldestNode} or newer, this is ${process.versions.node}, and the pinned one is not at ${path}.\n` +
      `Run \`npm ci\` in ${checkout} (or \`npm start\`, which does that), then try again.`,
  )
  process.exit(1)
}

/** The environment tells the new process who its parent is: it ends when this one is killed. */
function startAgain(node) {
  const child = spawn(node, [self, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, TUNDECK_PARENT_PID: String(process.pid) },
  })
  // A terminal sends Ctrl-C to both; what is meant for this process alone is passed on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
    process.on(signal, () => child.kill(signal))
  }
  if (process.env.npm_lifecycle_event) endWithParent(() => child.kill("SIGTERM"))
  child.on("error", (error) => {
    console.error(`tundeck: ${node} cannot be started: ${error.message}`)
    process.exit(1)
  })
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}

/** Halves the time to start. Kept beside the packages: who may write there may write the program anyway. */
function keepCompiled() {
  if (statSync(checkout).uid === process.getuid()) {
    module.enableCompileCache(join(checkout, "node_modules", ".cache", "tundeck-modules"))
  }
}

/** `npm start` and `npm run demo` that are killed must not leave this process behind. */
function endWithParent(end) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) end()
  }, 500).unref()
}
