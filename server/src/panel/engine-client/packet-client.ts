import { connect } from "node:net"
import { type PacketBatch, PacketBatchStream, packetSocketPath } from "@tundeck/shared"
import { keepConnected, type Link } from "./keep-connected.ts"

/** Reads the engine's packet stream for as long as the panel lives. */
export function readPackets(engineSocket: string, onBatch: (batch: PacketBatch) => void): { close(): Promise<void> } {
  const keeper = keepConnected(() => connectPackets(packetSocketPath(engineSocket), onBatch))
  return { close: () => keeper.stop() }
}

function connectPackets(path: string, onBatch: (batch: PacketBatch) => void): Promise<Link> {
  const connected = Promise.withResolvers<Link>()
  const closed = Promise.withResolvers<void>()
  const stream = new PacketBatchStream()
  const socket = connect(path)
  socket.once("connect", () => connected.resolve({ closed: closed.promise, close: () => socket.destroy() }))
  socket.once("close", () => closed.resolve())
  socket.on("error", (error) => connected.reject(error))
  socket.on("data", (chunk: Buffer) => {
    try {
      for (const batch of stream.push(chunk)) onBatch(batch)
    } catch {
      socket.destroy() // not where a batch begins any more: only a new connection is
    }
  })
  return connected.promise
}
