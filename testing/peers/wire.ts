// A hand-driven peer of the simpletun stream, for what no honest peer would send: garbage, wrong lengths, half frames, silence.
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { forwardInto, listenInside, type Target } from "../forward.ts"
import type { Namespace } from "../namespace.ts"
import { until } from "../wait.ts"

export interface WirePeer {
  /** True when the other side ended the stream. */
  readonly closed: boolean
  /** The whole frames that came so far, without their lengths. */
  frames(): Buffer[]
  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void
  close(): Promise<void>
}

export interface WireListener {
  /** Every connection so far, also the closed ones. */
  readonly peers: readonly WirePeer[]
  /** The n-th connection (from 0), awaited. */
  accepted(n?: number): Promise<WirePeer>
  close(): Promise<void>
}

/** A frame as it stands on the wire: its length, then its bytes. `length` may lie. */
export function frame(payload: Uint8Array, length = payload.length): Buffer {
  const bytes = Buffer.alloc(2 + payload.length)
  bytes.writeUInt16BE(length)
  bytes.set(payload, 2)
  return bytes
}

/** Connects from inside `namespace`. Refused and closed at once look the same: `closed`. */
export async function connectWire(namespace: Namespace, target: Target): Promise<WirePeer> {
  const forward = await forwardInto(namespace, target)
  const socket = connect(forward.port, "127.0.0.1")
  await once(socket, "connect")
  return wirePeer(socket, forward.close)
}

/** Listens inside `namespace` and takes every connection. */
export async function listenWire(namespace: Namespace, at: Target): Promise<WireListener> {
  const peers: WirePeer[] = []
  const listener = await listenInside(namespace, at, (socket) => peers.push(wirePeer(socket, async () => {})))
  return {
    peers,
    accepted: (n = 0) => until(() => peers[n], { what: `connection ${n} to port ${at.port}` }),
    async close() {
      for (const peer of peers) await peer.close()
      await listener.close()
    },
  }
}

function wirePeer(socket: Socket, afterwards: () => Promise<void>): WirePeer {
  let closed = false
  let received = Buffer.alloc(0)
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
  })
  socket.on("error", () => {}) // "close" follows
  socket.on("end", () => (closed = true))
  socket.on("close", () => (closed = true))
  return {
    get closed() {
      return closed
    },
    frames() {
      const frames: Buffer[] = []
      for (let at = 0; at + 2 <= received.length; ) {
        const end = at + 2 + received.readUInt16BE(at)
        if (end > received.length) break
        frames.push(received.subarray(at + 2, end))
        at = end
      }
      return frames
    },
    send: (bytes) => void socket.write(bytes),
    async close() {
      socket.destroy()
      await afterwards()
    },
  }
}
