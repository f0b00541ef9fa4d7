import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { ProblemDocument } from "@tundeck/shared"
import pino from "pino"
import { eventually } from "../../../testing/wait.ts"
import { buildPanel, type Panel, type PanelParts } from "../panel/app.ts"
import { Store } from "../panel/store/store.ts"
import { type MemoryEngine, startMemoryEngine } from "./memory-engine.ts"

/** Where the panel of a test believes to listen; requests are injected, so the port is never opened. */
export const ownHost = "127.0.0.1:8080"
export const ownOrigin = `http://${ownHost}`

type As = "admin" | "viewer" | "nobody"

export interface Answer<T = unknown> {
  status: number
  /** Parsed; undefined when there is none. */
  body: T
  headers: Record<string, string | string[] | number | undefined>
}

export interface TestPanel extends AsyncDisposable {
  readonly panel: Panel
  readonly engine: MemoryEngine
  readonly directory: string
  /** Below /api/v1, with a token of the role; as an admin when left out. */
  call<T = unknown>(method: string, path: string, body?: unknown, as?: As): Promise<Answer<T>>
  /** What is saved, read beside the panel. */
  saved<Row>(query: Parameters<typeof Store.prototype.all<Row>>[0]): Row[]
  /** The code of the problem that the call is refused with. */
  refusal(method: string, path: string, body?: unknown, as?: As): Promise<ProblemDocument["code"]>
  /** Ends the panel and starts another one with the same state and engine. */
  restart(parts?: { launchId?: string }): Promise<void>
  /** Ends the engine and starts another one, which knows nothing, and waits until the panel has told it what is wanted. */
  restartEngine(): Promise<void>
  stopEngine(): Promise<void>
  /** The machine is started again: panel and engine end, and begin anew. */
  restartAll(): Promise<void>
}

export interface TestParts extends Partial<Omit<PanelParts, "settings">> {
  /** Where the panel believes to listen, and its other origins. */
  address?: Partial<Pick<PanelParts["settings"], "listen" | "origins">>
  captureMegabytes?: number
  /** Instead of one of its own; it stays. */
  dataDirectory?: string
}

/** A whole panel in a directory of its own, with an engine in memory that it is connected to. */
export async function startTestPanel({
  address,
  captureMegabytes,
  dataDirectory,
  ...parts
}: TestParts = {}): Promise<TestPanel> {
  const directory = mkdtempSync(join(tmpdir(), "tundeck-panel-"))
  const engineSocket = join(directory, "engine.sock")
  let engine = await startMemoryEngine(engineSocket)

  async function start({ launchId = "launch 1" } = {}) {
    const settings = {
      listen: { host: "127.0.0.1", port: 8080 },
      origins: [],
      dataDirectory: dataDirectory ?? join(directory, "data"),
      captureMegabytes,
      engineSocket,
      launchId,
      ...address,
    }
    const logger = pino({ level: "silent" })
    // The test is in the panel's process, and may take long for its own reasons.
    const built = await buildPanel({ settings, logger, page: [], overloadedAfterMs: 60_000, ...parts })
    await eventually(async () => {
      const health = await built.app.inject({
        url: "/api/v1/health",
        headers: { host: `localhost:${settings.listen.port}` },
      })
      if (health.json().status !== "ok") throw new Error("the engine is not connected")
    })
    return built
  }

  let panel = await start()
  const tokenOf = (role: "admin" | "viewer") => panel.tokens.create("test", { name: role, role }).token
  const tokens = { admin: tokenOf("admin"), viewer: tokenOf("viewer"), nobody: undefined }

  const call: TestPanel["call"] = async (method, path, body, as = "admin") => {
    const token = tokens[as]
    const headers: Record<string, string> = { host: ownHost }
    if (token !== undefined) headers.authorization = `Bearer ${token}`
    if (body !== undefined) headers["content-type"] = "application/json"
    const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body)
    const response = await panel.app.inject({
      method: method as "GET", // the type of light-my-request lists them; a test may send any
      url: `/api/v1${path}`,
      headers,
      ...(payload !== undefined && { payload }),
    })
    const isJson = /json/.test(String(response.headers["content-type"] ?? ""))
    return {
      status: response.statusCode,
      body: isJson ? response.json() : undefined,
      headers: response.headers,
    } as never
  }

  return {
    get panel() {
      return panel
    },
    get engine() {
      return engine
    },
    directory,
    call,
    saved(query) {
      const database = new DatabaseSync(join(dataDirectory ?? join(directory, "data"), "tundeck.db"), {
        readOnly: true,
      })
      try {
        return new Store(database).all(query)
      } finally {
        database.close()
      }
    },
    async refusal(method, path, body, as) {
      const answer = await call<ProblemDocument>(method, path, body, as)
      if (answer.status < 400) throw new Error(`${method} ${path} was not refused but answered ${answer.status}`)
      return answer.body.code
    },
    async restart(changed) {
      await panel.close()
      panel = await start(changed)
    },
    async restartEngine() {
      await engine.close()
      engine = await startMemoryEngine(engineSocket)
      await eventually(() => {
        if (!engine.calls.some(({ method }) => method === "wanted.set")) throw new Error("the panel has not come back")
      })
    },
    stopEngine: () => engine.close(),
    async restartAll() {
      await panel.close()
      await engine.close()
      engine = await startMemoryEngine(engineSocket)
      panel = await start({ launchId: "another launch" })
    },
    async [Symbol.asyncDispose]() {
      await panel.close()
      await engine.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
