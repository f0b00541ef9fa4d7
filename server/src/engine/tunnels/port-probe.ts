import { bind, close, errno, openUdpSocket, SyscallError, setV6Only } from "@tundeck/native-bindings"
import { ipFamily } from "@tundeck/shared"

/** Another socket has this UDP port, so that a tunnel cannot have it. */
export function isPortTaken(address: string, port: number): boolean {
  const family = ipFamily(address) ?? 4
  try {
    const fd = openUdpSocket(family)
    try {
      if (family === 6) setV6Only(fd, address !== "::")
      bind(fd, { address, port })
      return false
    } finally {
      close(fd)
    }
  } catch (error) {
    return error instanceof SyscallError && error.errno === errno.EADDRINUSE
  }
}
