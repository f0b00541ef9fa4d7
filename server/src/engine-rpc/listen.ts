import { chmodSync, chownSync, unlinkSync } from "node:fs"
import { connect, createServer, type Server, type Socket } from "node:net"

export interface SocketAccess {
  /** Who may talk: false ends the connection before a byte is read. The engine asks SO_PEERCRED. */
  authorize?: (socket: Socket) => boolean
  /** The uid that shall own the socket file; our own when left out. */
  owner?: number
}

/**
 * Listens on a UNIX socket that its owner alone may open (mode 0600). A file left by a dead process is replaced.
 * Rejects when another process listens there.
 */
export async function listenUnix(
  path: string,
  access: SocketAccess,
  onSocket: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy()) // the peer went away: "close" follows and is what counts
    if (access.authorize && !access.authorize(socket)) socket.destroy()
    else onSocket(socket)
  })
  try {
    await listening(server, path)
  } catch (error) {
    if (!hasCode(error, "EADDRINUSE")) throw error
    if (await answers(path)) throw new Error(`${path} is in use: another engine listens there`)
    unlinkSync(path)
    await listening(server, path)
  }
  chmodSync(path, 0o600)
  if (access.owner !== undefined) chownSync(path, access.owner, -1)
  return server
}

function listening(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once("error", reject)
  server.listen(path, () => {
    server.off("error", reject)
    resolve()
  })
  return promise
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(path)
  socket.once("error", () => resolve(false))
  socket.once("connect", () => {
    socket.destroy()
    resolve(true)
  })
  return promise
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code
}
