// The panel's end of the packet stream: what it was shown, and what it was told that it missed.
import { once } from "node:events"
import { connect } from "node:net"
import { type PacketBatch, PacketBatchStream, type PacketRecord, packetSocketPath } from "@tundeck/shared"
import type { EngineProcess } from "./engine-process.ts"

export interface PacketWatch extends AsyncDisposable {
  readonly batches: readonly (PacketBatch & { arrivedAt: number })[]
  records(): PacketRecord[]
  missed(): number
}

export async function watchPackets(engine: EngineProcess): Promise<PacketWatch> {
  const socket = connect(packetSocketPath(engine.socketPath))
  await once(socket, "connect")
  const stream = new PacketBatchStream()
  const batches: (PacketBatch & { arrivedAt: number })[] = []
  socket.on("error", () => {})
  socket.on("data", (bytes: Buffer) => {
    for (const batch of stream.push(bytes)) batches.push({ ...batch, arrivedAt: Date.now() })
  })
  return {
    batches,
    records: () => batches.flatMap(({ records }) => records),
    missed: () => batches.reduce((sum, { missed }) => sum + missed, 0),
    async [Symbol.asyncDispose]() {
      socket.destroy()
    },
  }
}
