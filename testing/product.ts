// A whole Tundeck for a test: its own data directory and port, in a namespace or (without interfaces) on loopback.
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { familyOf, type Role } from "./family.ts"
import { type Forward, forwardInto } from "./forward.ts"
import { freePort } from "./free-port.ts"
import type { Namespace } from "./namespace.ts"
import { type Output, type Running, run, signalQuietly, start } from "./process.ts"
import { type TemporaryDirectory, temporaryDirectory } from "./temporary.ts"
import { until } from "./wait.ts"

const tundeck = join(import.meta.dirname, "../server/bin/tundeck.mjs")

export interface ProductOptions {
  /** Where it runs; without one it runs beside the test, and must make no interface. */
  namespace?: Namespace
  /** Kept when the product stops, so that another one can start on it. */
  dataDirectory?: string
  /** More of `tundeck serve`'s options. */
  args?: readonly string[]
  env?: Record<string, string>
}

export interface Answer<T> {
  status: number
  body: T
}

export interface Product extends AsyncDisposable {
  /** Reached from the test and from inside the namespace alike. */
  readonly url: string
  /** An admin's API token. */
  readonly token: string
  /** As printed on the console: `http://…/setup#…`; empty where it was set up before. */
  readonly setupLink: string
  readonly dataDirectory: string
  /** One request to `/api/v1<path>` as the admin, made again while the panel is overloaded. The type of the body is the caller's claim. */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<Answer<T>>
  /** Runs the `tundeck` command as an operator on this host would. */
  command(...args: string[]): Promise<Output>
  /** Everything its processes printed. */
  output(): string
  processes(): Promise<{ role: Role; pid: number }[]>
  kill(signal: NodeJS.Signals, role: Role): Promise<void>
  /** Ends it as an operator would, by SIGTERM to the launcher, and removes what is temporary. */
  stop(): Promise<void>
}

/** Starts `tundeck serve` and waits until its panel has its engine. Throws with its output when that does not come within 30 s. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const { namespace, args = [] } = options
  const directory = await temporaryDirectory()
  const forward = namespace && (await forwardInto(namespace))
  const port = forward?.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const dataDirectory = options.dataDirectory ?? join(directory.path, "data")
  const env = {
    ...process.env,
    TUNDECK_LISTEN: `127.0.0.1:${port}`,
    TUNDECK_DATA_DIR: dataDirectory,
    ...options.env,
  }
  const logFile = join(directory.path, "output.log")
  const spawn = namespace?.spawn ?? start
  const exec = namespace?.exec ?? run
  const launcher = spawn(process.execPath, [tundeck, "serve", ...args], { env, logFile })
  const command = (...more: string[]) => exec(process.execPath, [tundeck, ...more], { env })

  try {
    await until(() => isHealthy(url, launcher), { what: "the panel to have its engine", timeoutMs: 30_000 })
    const created = await command("token", "create", "--name", "test", "--role", "admin", "--json")
    const { token } = JSON.parse(created.stdout) as { token: string }
    const setupLink = await printedLink(url, launcher)
    return product({ url, token, setupLink, dataDirectory, launcher, command, directory, forward })
  } catch (error) {
    const printed = launcher.output()
    await end(launcher, directory, forward)
    throw new Error(`tundeck serve did not start; it printed:\n${printed}`, { cause: error })
  }
}

interface Parts {
  url: string
  token: string
  setupLink: string
  dataDirectory: string
  launcher: Running
  command: Product["command"]
  directory: TemporaryDirectory
  forward: Forward | undefined
}

function product({ url, token, setupLink, dataDirectory, launcher, command, directory, forward }: Parts): Product {
  let printed: string | undefined // once its file is gone
  const output = () => printed ?? launcher.output()
  const stop = async () => {
    printed ??= output()
    await end(launcher, directory, forward)
  }
  const processes = () => familyOf(launcher.pid)
  return {
    url,
    token,
    dataDirectory,
    command,
    processes,
    stop,
    setupLink,
    async api(method, path, body) {
      const headers: Record<string, string> = { authorization: `Bearer ${token}` }
      if (body !== undefined) headers["content-type"] = "application/json"
      const content = body === undefined ? {} : { body: JSON.stringify(body) }
      for (;;) {
        const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...content })
        const text = await answer.text()
        const told = text === "" ? undefined : JSON.parse(text)
        if (told?.code !== "overloaded") return { status: answer.status, body: told }
        await sleep(250) // it got no turn for two seconds, did nothing, and says so for a second
      }
    },
    output,
    async kill(signal, role) {
      const found = (await processes()).filter((process) => process.role === role)
      if (found.length === 0) throw new Error(`no ${role} is running`)
      for (const { pid } of found) signalQuietly(pid, signal)
    },
    [Symbol.asyncDispose]: stop,
  }
}

async function isHealthy(url: string, launcher: Running): Promise<boolean> {
  if (launcher.exited) throw new Error("tundeck serve ended")
  const health = await fetch(`${url}/api/v1/health`)
  return (await health.text()).includes('"engine":"connected"')
}

async function printedLink(url: string, launcher: Running): Promise<string> {
  const setup = await fetch(`${url}/api/v1/setup`)
  if (!(await setup.text()).includes('"needed":true')) return ""
  return until(() => /http\S+\/setup\S+(?=\n)/.exec(launcher.output())?.[0], { what: "the setup link" })
}

async function end(launcher: Running, directory: TemporaryDirectory, forward: Forward | undefined): Promise<void> {
  await launcher.stop(30_000) // it gives each of its parts five seconds
  await forward?.close()
  await directory.remove()
}
