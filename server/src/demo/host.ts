import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { DemoView } from "@tundeck/shared"
import { parentVariable } from "../launcher/die-with-parent.ts"
import { checkout, commandArguments, nodeBelow } from "../launcher/program.ts"
import { StartError } from "../launcher/start-error.ts"

const graceMilliseconds = 12_000

export interface HostPlan {
  name: string
  port: number
  /** Its own; everything of this host is below. */
  directory: string
  /** An fd of ours. */
  namespace: number
  declaration: unknown
}

export interface DemoHost {
  /** Resolves when its panel listens; throws when it ended before. */
  up: Promise<DemoView["hosts"][number]>
  ended: Promise<void>
  stop(): Promise<void>
}

/** One complete Tundeck: its panel on this machine's loopback, its engine in the namespace given. It ends with this process. */
export function startHost({ name, port, directory, namespace, declaration }: HostPlan): DemoHost {
  mkdirSync(directory, { mode: 0o711 })
  const apply = join(directory, "declaration.json")
  // The panel is not root and reads it: the keys in it are this demo's, and open nothing beyond it.
  writeFileSync(apply, JSON.stringify(declaration), { mode: 0o644 })
  const serve = commandArguments(checkout, "serve", "--apply", apply)
  const child = spawn(nodeBelow(checkout), serve, {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: "/",
    detached: true,
    env: {
      PATH: process.env.PATH,
      TUNDECK_LISTEN: `127.0.0.1:${port}`,
      TUNDECK_DATA_DIR: join(directory, "data"),
      TUNDECK_NETNS: `/proc/${process.pid}/fd/${namespace}`,
      TUNDECK_LOG_LEVEL: process.env.TUNDECK_LOG_LEVEL || "warn",
      [parentVariable]: String(process.pid),
    },
  })
  const ended = once(child, "exit").then(() => {})
  const url = `http://127.0.0.1:${port}`
  return {
    up: Promise.race([
      setupLinkOf(child).then((setupLink) => ({ name, url, setupLink })),
      ended.then(() =>
        Promise.reject(new StartError(`The demo's ${name} ended before it was up; its messages say why.`)),
      ),
    ]),
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill("SIGTERM")
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds)
      await ended
      clearTimeout(timer)
    },
  }
}

/** A new host prints its address, then the link that sets it up. */
async function setupLinkOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new TypeError("the host was started without a pipe")
  const lines = createInterface({ input: stdout })
  return new Promise((resolve) => {
    // Read to the end, so that the pipe never fills.
    lines.on("line", (line) => {
      const link = /https?:\S+\/setup\S*/.exec(line)?.[0]
      if (link !== undefined) resolve(link)
    })
  })
}
