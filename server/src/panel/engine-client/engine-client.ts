import { type EngineMethod, type EngineParams, type EngineResult, Problem } from "@tundeck/shared"
import { connectEngine, type EngineConnection, type NotificationHandlers } from "../../engine-rpc/connect.ts"
import { actingFor } from "./acting-for.ts"
import { keepConnected } from "./keep-connected.ts"

/** The services' way to the engine. */
export interface Engine {
  readonly connected: boolean
  call<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<EngineResult<M>>
}

export interface EngineListener extends NotificationHandlers {
  /** After each connection, before it counts as connected: the engine remembers nothing. */
  connected(engine: Engine): Promise<void>
  disconnected(): void
}

/** Where all is stopped at once, the engine may be gone before our own signal comes: so long it is no news. */
const newsAfterMs = 250

/** Keeps one connection to the engine. Calls while there is none are `engine-unavailable` at once. */
export class EngineClient implements Engine {
  readonly #socketPath: string
  #connection: EngineConnection | undefined
  #prepared = false
  #closing = false
  /** Tells that the engine went away, unless this client closes first. */
  #news: { tell: () => void; timer: NodeJS.Timeout } | undefined
  #keeper: ReturnType<typeof keepConnected> | undefined

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  get connected(): boolean {
    return this.#connection !== undefined && this.#prepared
  }

  start(listener: EngineListener): void {
    this.#keeper = keepConnected(async () => {
      const connection = await connectEngine(this.#socketPath, listener)
      this.#connection = connection
      const over = connection.closed.then(() => {
        this.#connection = undefined
        this.#prepared = false
        if (this.#closing) return
        const tell = () => this.#tellNews()
        this.#news = { tell: () => listener.disconnected(), timer: setTimeout(tell, newsAfterMs) }
      })
      this.#tellNews() // in its order: before what the next engine brings
      try {
        await listener.connected(this)
        this.#prepared = true
      } catch (error) {
        connection.close()
        await over
        throw error
      }
      return { closed: over, close: () => connection.close() }
    })
  }

  async call<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<EngineResult<M>> {
    if (this.#connection === undefined) throw new Problem("engine-unavailable")
    return this.#connection.call(method, params, actingFor.getStore())
  }

  #tellNews(): void {
    const news = this.#news
    this.#news = undefined
    clearTimeout(news?.timer)
    news?.tell()
  }

  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#news?.timer)
    this.#news = undefined
    this.#connection?.close()
    await this.#keeper?.stop()
  }
}
