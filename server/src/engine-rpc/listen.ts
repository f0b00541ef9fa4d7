import { lchownSync, statSync, unlinkSync } from "node:fs"
import { connect, createServer, type Server, type Socket } from "node:net"
import { dirname } from "node:path"

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
  const { owner } = access
  // In a directory of root's own, root makes the file; in the owner's, the owner does.
  const maker = owner !== undefined && statSync(dirname(path)).uid === owner ? owner : undefined
  try {
    await listening(server, path, maker)
  } catch (error) {
    if (!hasCode(error, "EADDRINUSE")) throw error
    if (await answers(path)) throw new Error(`${path} is in use: another engine listens there`)
    actAs(maker, () => unlinkSync(path))
    await listening(server, path, maker)
  }
  if (owner !== undefined && maker === undefined) lchownSync(path, owner, -1)
  return server
}

function listening(server: Server, path: string, maker: number | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once("error", reject)
  // The file is made within this call, so it is born with its mode.
  const umask = process.umask(0o177)
  actAs(maker, () =>
    server.listen(path, () => {
      server.off("error", reject)
      resolve()
    }),
  )
  process.umask(umask)
  return promise
}

/** With the rights of another user, as root: so it follows no link that they may have put in its way. */
function actAs<T>(uid: number | undefined, act: () => T): T {
  if (uid === undefined || process.geteuid?.() !== 0) return act()
  process.seteuid?.(uid)
  try {
    return act()
  } finally {
    process.seteuid?.(0)
  }
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
