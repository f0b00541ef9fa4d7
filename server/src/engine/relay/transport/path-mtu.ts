import { bind, closeSocket, connect, openUdpSocket, pathMtu } from "@tundeck/native-bindings"
import type { NumericEndpoint, SocketWishes } from "../messages.ts"
import { applyWishes } from "./socket-wishes.ts"
import { familyOf } from "./tcp-socket.ts"

/**
 * Of the path to `remote` as the kernel knows it now, asked of a socket that goes the same way and sends nothing; null
 * without a route. A cold call.
 */
export function pathMtuTo(remote: NumericEndpoint, wishes: SocketWishes): number | null {
  const family = familyOf(remote.address)
  const fd = openUdpSocket(family)
  try {
    applyWishes(fd, family, wishes)
    if (wishes.sourceAddress !== undefined) bind(fd, { address: wishes.sourceAddress, port: 0 })
    connect(fd, remote)
    return pathMtu(fd, family)
  } catch {
    return null
  } finally {
    closeSocket(fd)
  }
}
