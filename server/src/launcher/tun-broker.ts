import { closeSync } from "node:fs"
import { Socket } from "node:net"
import {
  openTun,
  openUnixSocketPair,
  readNetworkNamespace,
  readTunHolders,
  SyscallError,
  sendFileDescriptor,
  type TunHolder,
} from "@tundeck/native-bindings"
import { brokerRequest } from "@tundeck/shared"
import { inNetworkNamespace } from "./network-namespace.ts"

/** What the launcher may and the engine may not, for one network namespace. */
export interface TunAccess {
  /** Opens /dev/net/tun; an fd belongs to the network namespace of its opener, not of its user. */
  open(): number
  /** Of the namespace, all but one process. */
  holders(except: number): TunHolder[]
}

export interface TunBroker {
  /** The end that the engine inherits. Close it here once the engine has started. */
  engineEnd: number
  /** The engine's pid: what it holds itself it knows. */
  serve(pid: number): void
  close(): void
}

/**
 * The engine is not root: where /dev/net/tun is 0600 it cannot open it, whatever capabilities it has, and it cannot look
 * into the processes of others. So each byte from the engine asks for one fd (it comes with byte 0 by SCM_RIGHTS, or there
 * is none and the byte is the errno), or for those who hold tun fds.
 */
export function createTunBroker(access: TunAccess): TunBroker {
  const [ours, engineEnd] = openUnixSocketPair()
  const socket = new Socket({ fd: ours, readable: true, writable: true })
  let engine = 0
  socket.on("data", (requests) => {
    for (const request of requests) {
      if (request === brokerRequest.holders) socket.write(encode(access.holders(engine)))
      else answer(ours, socket, access)
    }
  })
  socket.on("error", () => socket.destroy()) // the engine is gone; the next one has a broker of its own
  return {
    engineEnd,
    serve(pid) {
      engine = pid
    },
    close: () => socket.destroy(),
  }
}

function answer(ours: number, socket: Socket, { open }: TunAccess): void {
  try {
    const device = open()
    try {
      sendFileDescriptor(ours, device, 0)
    } finally {
      closeSync(device)
    }
  } catch (error) {
    socket.write(Uint8Array.of(error instanceof SyscallError ? error.errno : 5)) // EIO
  }
}

function encode(holders: TunHolder[]): Buffer {
  const json = Buffer.from(JSON.stringify(holders))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json])
}

/** null: the namespace that we are in. */
export function tunAccess(namespace: number | null): TunAccess {
  const there = <T>(act: () => T): T => (namespace === null ? act() : inNetworkNamespace(namespace, act))
  const networkNamespace = there(readNetworkNamespace)
  return {
    open: () => there(openTun),
    holders: (except) => readTunHolders({ networkNamespace, except }),
  }
}
