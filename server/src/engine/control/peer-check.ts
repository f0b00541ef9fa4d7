import type { Socket } from "node:net"
import { peerCredentials, SyscallError } from "@tundeck/native-bindings"

/** SO_PEERCRED: who opened the other end. Only the panel's user may talk to the engine; root, too, is refused. */
export function createPeerCheck(panelUid: number, onRefused: (who: { pid: number; uid: number } | undefined) => void) {
  return (socket: Socket): boolean => {
    const peer = peerOf(socket)
    if (peer?.uid === panelUid) return true
    onRefused(peer)
    return false
  }
}

/** undefined when the socket is closed already. */
function peerOf(socket: Socket): { pid: number; uid: number } | undefined {
  try {
    return peerCredentials(descriptorOf(socket))
  } catch (error) {
    if (error instanceof SyscallError) return undefined
    throw error
  }
}

/** Node has the fd, but says so only on the handle behind the socket. */
function descriptorOf(socket: Socket): number {
  const { _handle } = socket as unknown as { _handle?: { fd?: unknown } | null } // not in Node's types
  const fd = _handle?.fd
  return typeof fd === "number" ? fd : -1
}
