import { createArena } from "../libc/arena.ts"
import { errno } from "../libc/errno.ts"
import { close, waitReadable } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { controlHeader, ioVector, messageHeader } from "../libc/message-layout.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import { messageFlags } from "./socket.ts"

const socketLevel = 1 // asm-generic/socket.h: SOL_SOCKET
const passRights = 1 // linux/socket.h: SCM_RIGHTS
const oneDescriptor = controlHeader.data + 4 // CMSG_LEN(sizeof(int))

// One message in memory: its header, one vector, one byte, and the control message in the space of CMSG_SPACE(4).
const at = { header: 0, vector: 56, byte: 72, control: 80, size: 80 + 24 } as const

function createMessage() {
  const arena = createArena(at.size)
  const setPointer = (offset: number, value: number) => arena.view.setBigUint64(offset, BigInt(value), true)
  setPointer(at.header + messageHeader.vectors, arena.address + at.vector)
  setPointer(at.header + messageHeader.vectorCount, 1)
  setPointer(at.header + messageHeader.control, arena.address + at.control)
  setPointer(at.header + messageHeader.controlLength, 24)
  setPointer(at.vector + ioVector.base, arena.address + at.byte)
  setPointer(at.vector + ioVector.length, 1)
  return arena
}

/** Sends one byte and, beside it, an fd. The fd stays open here too; close it when it is no longer wanted. */
export function sendFileDescriptor(socketFd: number, fd: number, byte: number): void {
  const { view, address } = createMessage()
  view.setUint8(at.byte, byte)
  view.setBigUint64(at.control + controlHeader.length, BigInt(oneDescriptor), true)
  view.setInt32(at.control + controlHeader.level, socketLevel, true)
  view.setInt32(at.control + controlHeader.type, passRights, true)
  view.setInt32(at.control + controlHeader.data, fd, true)
  const n = sys.sendmsg(socketFd, address, messageFlags.noSignal)
  if (n < 0) throw new SyscallError("sendmsg", -n)
}

/**
 * Takes one byte and the fd that came with it, close-on-exec. Throws ETIMEDOUT after the time given, ECONNRESET when the
 * other end is gone, EBADMSG when no fd (or more than one) came.
 */
export function receiveFileDescriptor(socketFd: number, timeoutMilliseconds: number): { fd: number; byte: number } {
  const { fd, byte } = receivePassed(socketFd, timeoutMilliseconds)
  if (fd === undefined) throw new SyscallError("recvmsg", errno.EBADMSG, "no file descriptor came")
  return { fd, byte }
}

/** The same where a byte may come alone: `fd` is undefined then. */
export function receivePassed(socketFd: number, timeoutMilliseconds: number): { fd: number | undefined; byte: number } {
  if (!waitReadable(socketFd, timeoutMilliseconds)) throw new SyscallError("recvmsg", errno.ETIMEDOUT)
  const { view, address } = createMessage()
  const n = sys.recvmsg(socketFd, address, messageFlags.closeOnExec)
  if (n < 0) throw new SyscallError("recvmsg", -n)
  const hasDescriptor =
    view.getUint32(at.header + messageHeader.controlLength, true) >= oneDescriptor &&
    view.getInt32(at.control + controlHeader.level, true) === socketLevel &&
    view.getInt32(at.control + controlHeader.type, true) === passRights
  const fd = hasDescriptor ? view.getInt32(at.control + controlHeader.data, true) : undefined
  // Two descriptors fit into the padded space: a second one is closed, not leaked.
  if (fd !== undefined && view.getUint32(at.control + controlHeader.length, true) > oneDescriptor) {
    close(fd)
    close(view.getInt32(at.control + controlHeader.data + 4, true))
    throw new SyscallError("recvmsg", errno.EBADMSG, "more than one file descriptor came")
  }
  if (n === 0) throw new SyscallError("recvmsg", errno.ECONNRESET, "the other end closed the socket")
  return { fd, byte: view.getUint8(at.byte) }
}
