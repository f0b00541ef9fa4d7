import { type LiveReply, type LiveRequest, liveReply, Problem } from "@tundeck/shared"
import { WebSocket } from "ws"
import { type Server, Unreachable } from "./client.ts"

export type PacketsReply = Extract<LiveReply, { type: "packets" | "gap" }>

export interface FollowedPackets {
  tunnel: string
  filter?: string | undefined
}

/** The packets of a tunnel as they pass, until the signal aborts or `take` says that it has enough. Throws what the server refuses. */
export async function followPackets(
  server: Server,
  { tunnel, filter }: FollowedPackets,
  take: (reply: PacketsReply) => "more" | "enough",
  signal: AbortSignal,
): Promise<void> {
  const url = new URL("/api/v1/live", server.url)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  const headers = server.token === null ? {} : { authorization: `Bearer ${server.token}` }
  const socket = new WebSocket(url, { headers, maxPayload: 16 << 20, handshakeTimeout: 10_000 })
  const request: LiveRequest = { type: "subscribe", topic: "packets", tunnel, ...(filter !== undefined && { filter }) }

  const ended = new Promise<void>((resolve, reject) => {
    socket.on("open", () => socket.send(JSON.stringify(request)))
    socket.on("message", (data) => {
      try {
        const reply = liveReply.parse(JSON.parse(String(data)))
        if (reply.type === "error") throw new Problem(reply.code, reply.detail, reply.errors)
        if (reply.type !== "packets" && reply.type !== "gap") return
        if (take(reply) === "enough") resolve()
      } catch (error) {
        reject(error)
      }
    })
    socket.on("unexpected-response", (_, response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => reject(problemOf(Buffer.concat(chunks).toString(), response.statusCode)))
    })
    socket.on("error", (error) =>
      reject(
        new Unreachable(
          `No Tundeck answers at ${server.url} (${error.message}). Start it with \`npm start\`, or say where it is: --url.`,
        ),
      ),
    )
    socket.on("close", (code) => reject(new Unreachable(endedText(code))))
    if (signal.aborted) resolve()
    signal.addEventListener("abort", () => resolve())
  })
  await ended.finally(() => socket.terminate())
}

/** RFC 6455 section 7.4.1: 1006, nobody said why. */
function endedText(code: number): string {
  return code === 1006
    ? "The connection to Tundeck ended: packets come again when you ask again."
    : `The server closed the stream (${code}).`
}

function problemOf(text: string, status: number | undefined): Error {
  try {
    return Problem.fromDocument(JSON.parse(text))
  } catch {
    return new Unreachable(`The server refused the stream (status ${status}).`)
  }
}
