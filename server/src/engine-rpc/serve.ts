import type { Server, Socket } from "node:net"
import {
  type CallCause,
  callCause,
  type EngineMethod,
  type EngineNotification,
  type EngineResult,
  engineMethods,
  type engineNotifications,
  Problem,
} from "@tundeck/shared"
import { createMessageConnection, ResponseError, StreamMessageWriter } from "vscode-jsonrpc/node"
import type { z } from "zod"
import { BoundedMessageReader } from "./bounded-reader.ts"
import { listenUnix, type SocketAccess } from "./listen.ts"

export type EngineHandlers = {
  [M in EngineMethod]: (
    params: z.output<(typeof engineMethods)[M]["params"]>,
  ) => EngineResult<M> | Promise<EngineResult<M>>
}

export interface ServeOptions extends SocketAccess {
  onConnect?: () => void
  onDisconnect?: () => void
  /** Runs each request's handler, knowing why it was asked. */
  actFor?: <T>(cause: CallCause, act: () => T) => T
  /** Told of what no handler meant to throw. */
  onFault?: (error: unknown, method: string) => void
}

export interface EngineServer {
  /** To the connected panel; nobody hears it while there is none. */
  notify<N extends EngineNotification>(name: N, payload: z.input<(typeof engineNotifications)[N]>): void
  close(): Promise<void>
}

/** Answers the engine protocol on a UNIX socket, for one panel at a time: while one is connected, others are turned away. */
export async function serveEngine(
  socketPath: string,
  handlers: EngineHandlers,
  options: ServeOptions = {},
): Promise<EngineServer> {
  let panel: ReturnType<typeof open> | undefined

  const server = await listenUnix(socketPath, options, (socket) => {
    if (panel !== undefined) {
      socket.destroy()
      return
    }
    panel = open(socket, handlers, options)
    options.onConnect?.()
    socket.once("close", () => {
      panel?.dispose()
      panel = undefined
      options.onDisconnect?.()
    })
  })

  return {
    notify(name, payload) {
      panel?.sendNotification(name, payload).catch(() => {}) // the socket closed meanwhile: "close" tells
    },
    async close() {
      const closed = closeServer(server)
      panel?.end()
      await closed
    },
  }
}

function open(socket: Socket, handlers: EngineHandlers, options: ServeOptions) {
  const connection = createMessageConnection(new BoundedMessageReader(socket), new StreamMessageWriter(socket))
  connection.onError(() => socket.destroy())
  connection.onRequest(async (method, params) => {
    try {
      return await answer(handlers, method, params, options.actFor)
    } catch (error) {
      if (!(error instanceof Problem)) options.onFault?.(error, method)
      const problem = error instanceof Problem ? error : new Problem("internal")
      return new ResponseError(1, problem.message, problem.toDocument())
    }
  })
  connection.listen()
  return {
    sendNotification: (name: string, payload: unknown) =>
      payload === null ? connection.sendNotification(name) : connection.sendNotification(name, payload),
    dispose: () => connection.dispose(),
    end: () => socket.destroy(),
  }
}

async function answer(
  handlers: EngineHandlers,
  method: string,
  sent: unknown,
  actFor: ServeOptions["actFor"] = (_, act) => act(),
): Promise<unknown> {
  if (!isEngineMethod(method)) throw new Problem("internal", `There is no method ${method}.`)
  const contract = engineMethods[method]
  const [params, why]: unknown[] = Array.isArray(sent) ? sent : [sent]
  const checked = contract.params.safeParse(params ?? null)
  if (!checked.success) throw new Problem("validation-failed", undefined, fieldErrors(checked.error))
  // The table's type forgets which parameters belong to which handler; the schema of the same method has just checked them.
  const handler = handlers[method] as (params: unknown) => unknown
  const { data: cause = { request: null, action: method } } = callCause.safeParse(why)
  return contract.result.parse((await actFor(cause, () => handler(checked.data))) ?? null)
}

function isEngineMethod(method: string): method is EngineMethod {
  return Object.hasOwn(engineMethods, method)
}

function fieldErrors(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.map(({ path, message }) => ({ path: path.join("."), message }))
}

/** Resolves when the last connection is gone, too: end those first. */
function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  return promise
}
