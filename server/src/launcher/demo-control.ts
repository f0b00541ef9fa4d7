import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { capability, getCapabilities } from "@tundeck/native-bindings"
import { type DemoView, demoView } from "@tundeck/shared"
import { z } from "zod"
import { parentVariable } from "./die-with-parent.ts"
import { commandArguments, nodeBelow } from "./program.ts"

/** What the panel asks over its channel. */
const request = z.strictObject({
  type: z.enum(["demo.start", "demo.stop", "demo.state"]),
  id: z.union([z.number(), z.string()]),
})

/** What `tundeck demo` says over its channel: its hosts once all is up, or why it could not. */
export const demoReport = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("demo.up"), hosts: demoView.shape.hosts }),
  z.strictObject({ type: z.literal("demo.failed"), why: z.string() }),
])
export type DemoReport = z.infer<typeof demoReport>

export interface DemoControl {
  /** Answers a panel's request; anything else is not for us. */
  handle(message: unknown, panel: ChildProcess): Promise<void>
  stop(): Promise<void>
}

/** The one demo of this launcher: a child with fixed arguments. It ends with the launcher, not with the panel that asked. */
export function createDemoControl(root: string): DemoControl {
  let demo: { child: ChildProcess; up: Promise<void> } | undefined
  let hosts: DemoView["hosts"] = []
  let why: string | null = null

  function view(): DemoView {
    const obstacle = whyNotHere()
    return { running: demo !== undefined, available: obstacle === null, why: obstacle ?? why, hosts }
  }

  async function start(): Promise<void> {
    if (whyNotHere() !== null) return
    demo ??= launch()
    await demo.up
  }

  function launch() {
    why = null
    const child = spawn(nodeBelow(root), commandArguments(root, "demo"), {
      stdio: ["ignore", "ignore", 2, "ipc"],
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, [parentVariable]: String(process.pid) },
      cwd: "/",
      detached: true,
    })
    const { promise: up, resolve } = Promise.withResolvers<void>()
    child.on("message", (message) => {
      const report = demoReport.safeParse(message)
      if (!report.success) return
      if (report.data.type === "demo.up") hosts = report.data.hosts
      else why = report.data.why
      resolve()
    })
    const ended = (reason: string) => {
      demo = undefined
      hosts = []
      why ??= reason
      resolve()
    }
    child.once("error", (error) => ended(`The demo could not be started: ${error.message}`))
    child.once("exit", (code, signal) => ended(`The demo ended (${signal ?? `exit code ${code}`}).`))
    return { child, up }
  }

  async function stop(): Promise<void> {
    if (demo === undefined) return
    const { child } = demo
    const gone = once(child, "exit")
    child.kill("SIGTERM")
    await gone
    why = null
  }

  return {
    async handle(message, panel) {
      const parsed = request.safeParse(message)
      if (!parsed.success) return
      const { type, id } = parsed.data
      if (type === "demo.start") await start()
      if (type === "demo.stop") await stop()
      if (panel.connected) panel.send({ type: "demo.reply", id, demo: view() })
    },
    stop,
  }
}

/** null where two hosts can be made on this machine. */
export function whyNotHere(): string | null {
  if (process.getuid?.() !== 0) return "It needs root, to make network namespaces: run `sudo npm run demo`."
  const { effective } = getCapabilities()
  if (effective.includes(capability.sysAdmin) && effective.includes(capability.netAdmin)) return null
  return "It needs CAP_SYS_ADMIN and CAP_NET_ADMIN, to make network namespaces, which this container does not have: run `sudo npm run demo` on the host."
}
