import { createServer, type Socket } from "node:net"
import { Connection, type Device, type Limits } from "./connection.ts"

/** So many clients at once; `wg` needs one for a moment. */
const mostConnections = 16

export interface ConfigurationServer {
  /** Cuts off all clients. The socket's file is its maker's to remove. */
  close(): void
}

/** Serves the configuration protocol on a listening socket, whose fd belongs to the server from now on. */
export function serveConfiguration(fd: number, device: Device, limits?: Limits): ConfigurationServer {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    new Connection(socket, device, limits)
  })
  server.maxConnections = mostConnections
  server.on("error", () => {}) // accept failed for want of descriptors: the client sees it, and the next one may be luckier
  server.listen({ fd })
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
