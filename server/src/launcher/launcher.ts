import { existsSync, openSync } from "node:fs"
import { dirname } from "node:path"
import { forbidCoreDumps, setNoNewPrivileges } from "@tundeck/native-bindings"
import { formatEndpoint } from "@tundeck/shared"
import pino from "pino"
import { findAccount } from "./accounts.ts"
import { startEngine, startPanel } from "./children.ts"
import { holdDataDirectory, makeRunDirectory } from "./data-directory.ts"
import { createDemoControl } from "./demo-control.ts"
import { dieWithParent } from "./die-with-parent.ts"
import { checkPortIsFree, checkPortIsOpenToAll, untilListening } from "./listening.ts"
import { programVersion } from "./program.ts"
import { reachableCode } from "./reachable-code.ts"
import { readSettings, type ServeOptions, type Settings } from "./settings.ts"
import { StartError } from "./start-error.ts"
import { supervise } from "./supervisor.ts"
import { tunAccess } from "./tun-broker.ts"

/**
 * `tundeck serve`: starts engine and panel, restarts what dies, ends both in order. After the start it starts nothing else
 * but its own children again, and the demo when the page asks for it. Resolves with the exit code.
 */
export async function runLauncher(options: ServeOptions): Promise<number> {
  const stop = stopRequested()
  const settings = readSettings(process.env, options, {
    uid: process.getuid?.() ?? 0,
    findAccount,
    terminal: process.stderr.isTTY === true,
  })
  const log = pino(
    { level: settings.logLevel, base: { process: "launcher" } },
    pino.destination({ dest: 2, sync: true }),
  )
  const { code, access } = await prepare(settings)
  const demo = createDemoControl(code.root)

  const engine = supervise("engine", () => startEngine(settings, code.root, access), log, stop.signal)
  const listening = Promise.withResolvers<void>()
  const panel = supervise(
    "panel",
    () => {
      const child = startPanel(settings, code.root)
      child.on("message", (message) => void demo.handle(message, child).catch((error) => log.error(error)))
      // What it prints (the setup link) comes after our own line.
      void listening.promise.then(() => child.stdout?.pipe(process.stdout, { end: false }))
      return child
    },
    log,
    stop.signal,
  )
  void untilListening(settings.listen, stop.signal).then(() => {
    if (stop.signal.aborted) return
    console.log(`Tundeck ${programVersion()} listens on ${urlOf(settings)}`)
    listening.resolve()
    panel.ready()
    engine.ready()
  })

  const failed = await Promise.race([
    engine.failed.then(() => "engine"),
    panel.failed.then(() => "panel"),
    aborted(stop.signal),
  ])
  if (failed !== undefined) console.error(`tundeck: the ${failed} could not start; its last message says why.`)
  stop.abort()
  for (const part of [demo, panel, engine]) {
    await part.stop().catch((error) => log.error(error)) // one that fails to end keeps no other from it
  }
  code.release()
  return failed === undefined ? 0 : 1
}

/** Everything that can be wrong on this machine is found here, before a child is started. */
async function prepare(settings: Settings) {
  const { accounts, apply, dataDirectory, engineSocket, engineNamespace } = settings
  if (apply !== null && !existsSync(apply)) throw new StartError(`There is no file ${apply} to apply.`)
  forbidCoreDumps()
  setNoNewPrivileges() // the children inherit it
  const owner = accounts?.panel ?? null
  holdDataDirectory(dataDirectory, owner)
  makeRunDirectory(dirname(engineSocket), dataDirectory, owner)
  if (accounts !== null) checkPortIsOpenToAll(settings.listen)
  await checkPortIsFree(settings.listen)
  const code = reachableCode(accounts)
  dieWithParent("SIGTERM")
  const namespace = engineNamespace === null ? null : openSync(engineNamespace, "r")
  return { code, access: accounts === null ? null : tunAccess(namespace) }
}

function stopRequested(): AbortController {
  const controller = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => controller.abort())
  process.on("SIGHUP", () => {}) // a closed terminal ends nothing
  process.stdout.on("error", () => {}) // nor does a closed pipe
  return controller
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  })
}

function urlOf({ listen, tls }: Settings): string {
  return `${tls ? "https" : "http"}://${formatEndpoint(listen)}`
}
