import { closeSync } from "node:fs"
import { Socket } from "node:net"
import { openTun, openUnixSocketPair, readTunHolders, SyscallError, sendFileDescriptor } from "@tundeck/native-bindings"
import { brokerRequest } from "@tundeck/shared"
import { inNetworkNamespace } from "./network-namespace.ts"

/** Opens /dev/net/tun; an fd belongs to the network namespace of its opener, not of its user. */
export type OpenDevice = () => number

export interface TunBroker {
  /** The end that the engine inherits. Close it here once the engine has started. */
  engineEnd: number
  close(): void
}

/**
 * The engine is not root: where /dev/net/tun is 0600 it cannot open it, whatever capabilities it has, and it cannot look
 * into the processes of others. So each byte from the engine asks for one fd (it comes with byte 0 by SCM_RIGHTS, or there
 * is none and the byte is the errno), or for those who hold tun fds.
 */
export function createTunBroker(openDevice: OpenDevice): TunBroker {
  const [ours, engineEnd] = openUnixSocketPair()
  const socket = new Socket({ fd: ours, readable: true, writable: true })
  socket.on("data", (requests) => {
    for (const request of requests) {
      if (request === brokerRequest.holders) socket.write(encodeHolders())
      else answer(ours, socket, openDevice)
    }
  })
  socket.on("error", () => socket.destroy()) // the engine is gone; the next one has a broker of its own
  return { engineEnd, close: () => socket.destroy() }
}

function answer(ours: number, socket: Socket, openDevice: OpenDevice): void {
  try {
    const device = openDevice()
    try {
      sendFileDescriptor(ours, device, 0)
    } finally {
      closeSync(device)
    }
  } catch (error) {
    socket.write(Uint8Array.of(error instanceof SyscallError ? error.errno : 5)) // EIO
  }
}

function encodeHolders(): Buffer {
  const json = Buffer.from(JSON.stringify(readTunHolders()))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json])
}

export function deviceOpener(namespace: number | null): OpenDevice {
  return () => (namespace === null ? openTun() : inNetworkNamespace(namespace, () => openTun()))
}
