import { connect, type Socket } from "node:net"
import {
  type CallCause,
  type EngineMethod,
  type EngineNotification,
  type EngineParams,
  type EngineResult,
  engineMethods,
  engineNotifications,
  Problem,
} from "@tundeck/shared"
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node"
import type { z } from "zod"

export type NotificationHandlers = {
  [N in EngineNotification]: (payload: z.output<(typeof engineNotifications)[N]>) => void
}

export interface EngineConnection {
  /** `cause` says why. Rejects with a Problem: the engine's own, or `engine-unavailable` when no answer comes. */
  call<M extends EngineMethod>(method: M, params: EngineParams<M>, cause?: CallCause): Promise<EngineResult<M>>
  readonly closed: Promise<void>
  close(): void
}

/** Long enough for a thousand interfaces at boot; a person's request fails earlier by its own timeout. */
const answerWithinMs = 60_000

/** Connects once. Rejects when nobody listens. */
export async function connectEngine(socketPath: string, handlers: NotificationHandlers): Promise<EngineConnection> {
  const socket = await connected(socketPath)
  const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  rpc.onError(() => socket.destroy())
  rpc.onNotification((name, params) => {
    if (!isNotification(name)) return
    const payload = engineNotifications[name].safeParse(params ?? null)
    if (!payload.success) return
    // The table's type forgets which payload belongs to which handler; the schema of the same name has just checked it.
    const handler = handlers[name] as (payload: unknown) => void
    handler(payload.data)
  })
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      rpc.dispose()
      resolve()
    })
  })
  rpc.listen()

  function send(method: string, params: unknown, cause: CallCause | undefined): Promise<unknown> {
    if (cause !== undefined) return rpc.sendRequest(method, params, cause)
    return params === null ? rpc.sendRequest(method) : rpc.sendRequest(method, params)
  }

  return {
    closed,
    close: () => socket.destroy(),
    async call(method, params, cause) {
      const timeout = Promise.withResolvers<never>()
      const timer = setTimeout(() => timeout.reject(new Error("no answer in time")), answerWithinMs)
      let result: unknown
      try {
        result = await Promise.race([send(method, params, cause), timeout.promise])
      } catch (error) {
        throw asProblem(error)
      } finally {
        clearTimeout(timer)
      }
      return parseResult(method, result)
    },
  }
}

function parseResult<M extends EngineMethod>(method: M, result: unknown): EngineResult<M> {
  const parsed = engineMethods[method].result.safeParse(result ?? null)
  if (!parsed.success) throw new Problem("internal", `The engine's answer to ${method} does not fit the protocol.`)
  return parsed.data as EngineResult<M> // the schema of the same method made it
}

function asProblem(error: unknown): Problem {
  if (error instanceof ResponseError && error.data !== undefined) return Problem.fromDocument(error.data)
  return new Problem("engine-unavailable")
}

function isNotification(name: string): name is EngineNotification {
  return Object.hasOwn(engineNotifications, name)
}

function connected(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect(path)
  socket.once("error", reject)
  socket.once("connect", () => {
    socket.off("error", reject)
    socket.on("error", () => socket.destroy())
    resolve(socket)
  })
  return promise
}
