// A real engine in a namespace, for tests: the process as the launcher starts it, and the panel's end of its socket.
import { chown } from "node:fs/promises"
import { join } from "node:path"
import { opensslEnvironment } from "@tundeck/native-bindings"
import {
  type CallCause,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  type NewHostEvent,
  Problem,
} from "@tundeck/shared"
import type { Namespace } from "../../../../testing/namespace.ts"
import type { Running } from "../../../../testing/process.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"
import { connectEngine } from "../../engine-rpc/connect.ts"
import { smallHeap } from "../../small-heap.ts"

export interface EngineProcess extends AsyncDisposable {
  readonly running: Running
  readonly socketPath: string
  /** What it told so far. */
  readonly events: NewHostEvent[]
  /** How often it said that interfaces changed. */
  changes(): number
  call<M extends EngineMethod>(method: M, params: EngineParams<M>, cause?: CallCause): Promise<EngineResult<M>>
  /** The Problem that the call ends with. */
  refusal<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<Problem>
  /** The panel's end hangs up; the engine runs on. */
  disconnect(): void
  output(): string
  stop(): Promise<void>
}

export interface EngineOptions {
  env?: Record<string, string>
  /** Words before the command: to start it without a capability, or in a mount namespace of its own. */
  wrapper?: readonly string[]
  /** Engine and panel run as this ordinary user from the beginning, as `tundeck serve` does for one. */
  ordinaryUser?: number
  /** Its memory will be judged. */
  collectGarbage?: boolean
}

const main = join(import.meta.dirname, "../main.ts")
const collectGarbage = join(import.meta.dirname, "collect-garbage.ts")
const engineUser = "64174:64174"

/** Starts an engine that becomes an ordinary user with two capabilities, and connects. The test itself plays the panel. */
export async function startEngineProcess(namespace: Namespace, options: EngineOptions = {}): Promise<EngineProcess> {
  const directory = await temporaryDirectory()
  const socketPath = join(directory.path, "engine.sock")
  const logFile = join(directory.path, "engine.log")
  const { ordinaryUser, wrapper = [] } = options
  const panel = ordinaryUser ?? Number(options.env?.TUNDECK_PANEL_UID ?? process.getuid?.())
  const env = {
    PATH: process.env.PATH,
    ...opensslEnvironment,
    TUNDECK_ENGINE_SOCKET: socketPath,
    TUNDECK_PANEL_UID: String(panel),
    ...(ordinaryUser === undefined ? { TUNDECK_RUN_AS: engineUser } : {}),
    ...options.env,
  }
  if (ordinaryUser !== undefined) await chown(directory.path, ordinaryUser, ordinaryUser)
  const nodeArguments = [smallHeap, ...(options.collectGarbage ? ["--import", collectGarbage] : [])]
  const become = ordinaryUser === undefined ? [] : asUser(ordinaryUser)
  const [command = process.execPath, ...args] = [...wrapper, ...become, process.execPath, ...nodeArguments, main]
  const running = namespace.spawn(command, args, { env, logFile })
  const events: NewHostEvent[] = []
  let changes = 0
  const connect = () =>
    connectEngine(socketPath, {
      event: (event) => events.push(event),
      "interfaces.changed": () => changes++,
      "tunnel.changed": () => {},
      "tunnel.stamped": () => {},
      "tunnel.reconfigured": () => {},
    })
  /** connect() itself runs at once: the kernel notes whom we are at that moment. */
  const connectAsPanel = () => {
    process.seteuid?.(panel)
    try {
      return connect()
    } finally {
      process.seteuid?.(0)
    }
  }
  const ready = async () => running.exited || running.output().includes("the engine is ready")
  await until(ready, { what: "the engine to be ready", timeoutMs: 30_000 })
  if (running.exited) {
    const printed = running.output()
    await directory.remove()
    throw new Error(`the engine ended:\n${printed}`)
  }
  const connection = await connectAsPanel()

  const stop = async () => {
    connection.close()
    await running.stop()
    await directory.remove()
  }
  return {
    running,
    socketPath,
    events,
    changes: () => changes,
    call: (method, params, cause) => connection.call(method, params, cause),
    async refusal(method, params) {
      const result = await connection.call(method, params).catch((error: unknown) => error)
      if (result instanceof Problem) return result
      throw new Error(`${method} was not refused: ${JSON.stringify(result)}`)
    },
    disconnect: () => connection.close(),
    output: () => running.output(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

export function asUser(uid: number): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"]
}
