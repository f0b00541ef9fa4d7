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
import { type BrokerRequest, BrokerRequests } from "./broker-requests.ts"
import { inNetworkNamespace } from "./network-namespace.ts"
import type { WireguardSockets } from "./wireguard-sockets.ts"

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
 * The engine is not root: where /dev/net/tun is 0600 it cannot open it, whatever capabilities it has, it cannot look
 * into the processes of others, and it cannot make a socket in root's own directory. It asks here (`brokerRequest`).
 */
export function createTunBroker(access: TunAccess, wireguard: WireguardSockets): TunBroker {
  const [ours, engineEnd] = openUnixSocketPair()
  const socket = new Socket({ fd: ours, readable: true, writable: true })
  const requests = new BrokerRequests()
  let engine = 0
  socket.on("data", (bytes: Buffer) => {
    const taken = requests.push(bytes)
    if (taken === undefined) socket.destroy()
    for (const request of taken ?? []) obey(request)
  })
  socket.on("error", () => socket.destroy()) // the engine is gone; the next one has a broker of its own

  function obey(request: BrokerRequest): void {
    switch (request.kind) {
      case "device":
        return pass(ours, socket, () => access.open())
      case "holders":
        return void socket.write(encode(access.holders(engine)))
      case "openWireguard":
        return pass(ours, socket, () => wireguard.open(request.name))
      case "removeWireguard":
        return wireguard.remove(request.name)
    }
  }
  return {
    engineEnd,
    serve(pid) {
      engine = pid
    },
    close() {
      socket.destroy()
      wireguard.close()
    },
  }
}

function pass(ours: number, socket: Socket, open: () => number): void {
  try {
    const fd = open()
    try {
      sendFileDescriptor(ours, fd, 0)
    } finally {
      closeSync(fd)
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
