import type { Socket } from "node:net"
import { peerCredentials } from "@tundeck/native-bindings"

/** SO_PEERCRED: who opened the other end. Only the panel's user may talk to the engine; root, too, is refused. */
export function createPeerCheck(panelUid: number, onRefused: (who: { pid: number; uid: number }) => void) {
  return (socket: Socket): boolean => {
    const peer = peerCredentials(descriptorOf(socket))
    if (peer.uid === panelUid) return true
    onRefused(peer)
    return false
  }
}

/** Node has the fd, but says so only on the handle behind the socket. */
function descriptorOf(socket: Socket): number {
  const { _handle } = socket as unknown as { _handle?: { fd?: unknown } | null } // not in Node's types
  const fd = _handle?.fd
  if (typeof fd !== "number") throw new TypeError("this socket has no file descriptor")
  return fd
}
