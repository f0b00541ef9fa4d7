import { once } from "node:events"
import type { Socket } from "node:net"
import { setTimeout as sleep, setImmediate as yieldToOthers } from "node:timers/promises"
import { type CaptureRequest, type CaptureState, captureRequest, Problem } from "@tundeck/shared"
import { problemFrame, recordsFrame, stateFrame } from "./capture-frames.ts"
import { listenUnix, type SocketAccess } from "./listen.ts"

const mostAtOnce = 8
const longestRequest = 4096
const requestWithinMs = 5000
/** Whoever reads nothing for so long is sent no more. */
const stalledMs = 30_000
/** How often a capture that is followed looks for new packets, and tells its state. */
const lookEveryMs = 50
const stateEveryMs = 5000

/** What the engine has of one capture. */
export interface CaptureSource {
  /** The next records; empty: ask again; undefined: it is over. */
  read(): Uint8Array | undefined
  /** What is there has been read. */
  readonly isAtEnd: boolean
  state(isLast: boolean): CaptureState
}

export interface CaptureServerOptions extends SocketAccess {
  stalledMs?: number
}

/** The capture socket: each connection is one capture, sent no faster than it is read. `open` throws Problems. */
export async function serveCaptures(
  socketPath: string,
  open: (request: CaptureRequest) => CaptureSource,
  options: CaptureServerOptions = {},
): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()

  const server = await listenUnix(socketPath, options, (socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
    const isTooMany = sockets.size > mostAtOnce
    serve(socket, (request) => {
      if (isTooMany) throw new Problem("rate-limited", `${mostAtOnce} captures are read now: wait for one to end.`)
      return open(request)
    }).catch(() => socket.destroy()) // it went away, or stalled
  })

  async function serve(socket: Socket, open: (request: CaptureRequest) => CaptureSource): Promise<void> {
    const request = await readRequest(socket)
    socket.resume() // nothing more is expected; reading notices that it went away
    let source: CaptureSource
    try {
      source = open(request)
    } catch (error) {
      socket.end(problemFrame(error instanceof Problem ? error : new Problem("internal")))
      return
    }
    const send = (bytes: Buffer) => sendTo(socket, bytes, options.stalledMs ?? stalledMs)
    let told = Date.now()
    await send(stateFrame(source.state(false)))
    for (let chunk = source.read(); chunk !== undefined; chunk = source.read()) {
      if (chunk.length > 0) await send(recordsFrame(chunk))
      if (Date.now() - told >= stateEveryMs) {
        told = Date.now()
        await send(stateFrame(source.state(false)))
      }
      if (source.isAtEnd) await sleep(lookEveryMs)
      else await yieldToOthers()
      if (socket.destroyed) return
    }
    await send(stateFrame(source.state(true)))
    socket.end()
  }

  return {
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
      await promise
    },
  }
}

/** One line of JSON. Rejects when it does not come. */
async function readRequest(socket: Socket): Promise<CaptureRequest> {
  const signal = AbortSignal.timeout(requestWithinMs)
  let text = ""
  while (!text.includes("\n")) {
    const [chunk]: Buffer[] = await once(socket, "data", { signal })
    text += chunk?.toString() ?? ""
    if (text.length > longestRequest) throw new Error("a request without an end")
  }
  return captureRequest.parse(JSON.parse(text))
}

/** Resolves when there is room for more. Rejects when nobody reads. */
async function sendTo(socket: Socket, bytes: Buffer, withinMs: number): Promise<void> {
  if (socket.destroyed) throw new Error("nobody reads any more")
  if (socket.write(bytes)) return
  await once(socket, "drain", { signal: AbortSignal.timeout(withinMs) })
}
