import type { Socket } from "node:net"
import { encodePacketBatch, type PacketBatch } from "@tundeck/shared"
import { listenUnix, type SocketAccess } from "./listen.ts"

/** A panel that reads slower than this many waiting bytes misses packets; it is told how many. */
const mostWaiting = 4 * 1024 * 1024

export interface PacketServer {
  /** Never waits: what the panel cannot take now is counted and stands as `missed` in the tunnel's next batch. */
  send(batch: PacketBatch): void
  close(): Promise<void>
}

/** The packet stream's socket, for one panel at a time: the latest to come. */
export async function servePackets(socketPath: string, access: SocketAccess = {}): Promise<PacketServer> {
  let panel: Socket | undefined
  const missed = new Map<string, number>()

  const server = await listenUnix(socketPath, access, (socket) => {
    panel?.destroy()
    panel = socket
    missed.clear()
    socket.resume() // nothing is expected from the panel; reading notices that it went away
    socket.once("close", () => {
      if (panel === socket) panel = undefined
    })
  })

  return {
    send(batch) {
      if (panel === undefined) return
      const before = missed.get(batch.tunnel) ?? 0
      if (panel.writableLength > mostWaiting) {
        missed.set(batch.tunnel, before + batch.missed + batch.records.length)
        return
      }
      missed.delete(batch.tunnel)
      panel.write(encodePacketBatch(before === 0 ? batch : { ...batch, missed: batch.missed + before }))
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      panel?.destroy()
      await promise
    },
  }
}
