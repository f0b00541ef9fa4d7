import { errno } from "../libc/errno.ts"
import { close } from "../libc/files.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import { bindEncoded, connectEncoded, listen, openSocket, socketType } from "./socket.ts"
import { addressFamily } from "./socket-address.ts"

// linux/un.h: struct sockaddr_un { family; char path[108] }
const unixAddress = { family: 0, path: 2, size: 110 } as const

/** A listening stream socket, non-blocking, at a path that does not exist yet (else EADDRINUSE). The umask says who may open it. */
export function openUnixListener(path: string, backlog: number): number {
  const fd = openStream()
  try {
    bindEncoded(fd, encode(path))
    listen(fd, backlog)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

/** Somebody serves the socket at this path. Throws ENOENT when there is none, EACCES when it is not ours to ask. */
export function unixSocketAnswers(path: string): boolean {
  const fd = openStream()
  try {
    connectEncoded(fd, encode(path))
    return true
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    if (error.errno === errno.EAGAIN) return true // its queue is full
    if (error.errno === errno.ECONNREFUSED) return false
    throw error
  } finally {
    close(fd)
  }
}

function openStream(): number {
  return openSocket(addressFamily.unix, socketType.stream | socketType.nonBlocking, 0)
}

function encode(path: string): Uint8Array {
  const text = new TextEncoder().encode(path)
  // The last byte stays zero.
  if (text.length >= unixAddress.size - unixAddress.path) throw new RangeError(`too long for a UNIX socket: ${path}`)
  const bytes = new Uint8Array(unixAddress.size)
  new DataView(bytes.buffer).setUint16(unixAddress.family, addressFamily.unix, true)
  bytes.set(text, unixAddress.path)
  return bytes
}
