import { createArena } from "../libc/arena.ts"
import { errno } from "../libc/errno.ts"
import { close } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { interfaceNames, kernelCallBegins } from "../libc/kernel-calls.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import { setOption, setReceiveTimeout } from "../socket/options.ts"
import { messageFlags, openSocket, socketType } from "../socket/socket.ts"
import { addressFamily } from "../socket/socket-address.ts"
import { indicesOf } from "./indices.ts"
import { encodeMessage, readDone, readError, readMessages } from "./message.ts"
import { messageFlag, messageType, type RequestName } from "./numbers.ts"

const routeProtocol = 0 // linux/netlink.h: NETLINK_ROUTE
const answerTimeoutMilliseconds = 5_000
const dumpAttempts = 16

/** Sends one request at a time and waits for its answer: microseconds, so it blocks. */
export type NetlinkClient = {
  /** The payloads of the answer, without the acknowledgement. Throws SyscallError with the kernel's sentence. */
  request(name: RequestName, flags: number, payload: Uint8Array): Uint8Array[]
  /** Everything, from one consistent moment: a dump that a change interrupted is begun again. */
  dump(name: RequestName, payload: Uint8Array): Uint8Array[]
  close(): void
}

export function openNetlinkSocket(type: number): number {
  const fd = openSocket(addressFamily.netlink, socketType.raw | type, routeProtocol)
  setOption(fd, "NETLINK_EXT_ACK", 1)
  setOption(fd, "NETLINK_CAP_ACK", 1)
  setOption(fd, "NETLINK_GET_STRICT_CHK", 1)
  return fd
}

/** The socket belongs to the network namespace that the calling thread is in now. */
export function openNetlinkClient(): NetlinkClient {
  const fd = openNetlinkSocket(0)
  setReceiveTimeout(fd, answerTimeoutMilliseconds)
  const receive = createDatagramReader(fd)
  let sequence = 0

  /** One request and its whole answer. */
  function exchange(name: RequestName, flags: number, payload: Uint8Array) {
    sequence = (sequence + 1) >>> 0
    const type = messageType[name]
    const asked = encodeMessage({ type, flags: flags | messageFlag.request, sequence, payload })
    const end = name.startsWith("RTM_GET") ? undefined : observe(name, asked, payload)
    send(fd, name, asked)
    const payloads: Uint8Array[] = []
    let isInterrupted = false
    for (;;) {
      const datagram = receive(0)
      if (typeof datagram === "number") {
        throw new SyscallError(name, datagram === errno.EAGAIN ? errno.ETIMEDOUT : datagram)
      }
      for (const message of readMessages(datagram)) {
        // The rest of an answer that somebody gave up.
        if (message.sequence !== sequence) continue
        if ((message.flags & messageFlag.dumpInterrupted) !== 0) isInterrupted = true
        const isError = message.type === messageType.NLMSG_ERROR
        if (isError || message.type === messageType.NLMSG_DONE) {
          const { errno, detail } = isError ? readError(message) : readDone(message)
          end?.({ answer: datagram.slice(), errno, detail })
          if (errno !== 0) throw new SyscallError(name, errno, detail)
          return { payloads, isInterrupted }
        }
        payloads.push(message.payload.slice())
      }
    }
  }

  function observe(name: RequestName, argument: Uint8Array, payload: Uint8Array) {
    return kernelCallBegins(() => {
      const interfaces = interfaceNames(indicesOf(name, payload))
      return { kind: "rtnetlink", name, fd, argument, isByValue: false, interfaces }
    })
  }

  return {
    request: (name, flags, payload) => exchange(name, flags | messageFlag.acknowledge, payload).payloads,
    dump(name, payload) {
      for (let attempt = 1; ; attempt++) {
        const { payloads, isInterrupted } = exchange(name, messageFlag.dump, payload)
        if (!isInterrupted) return payloads
        if (attempt === dumpAttempts) {
          throw new SyscallError(name, errno.EINTR, "the tables change faster than they can be read")
        }
      }
    },
    close: () => close(fd),
  }
}

function send(fd: number, call: string, bytes: Uint8Array): void {
  const arena = createArena(bytes.length)
  arena.bytes.set(bytes)
  const n = sys.send(fd, arena.address, arena.size, 0)
  if (n < 0) throw new SyscallError(call, -n)
}

/**
 * Reads one datagram whole, however long, into memory that grows: a view that holds until the next read, or an errno.
 * `flags` go to recv.
 */
export function createDatagramReader(fd: number): (flags: number) => Uint8Array | number {
  let arena = createArena(32_768)
  const receive = (flags: number) => {
    for (;;) {
      const n = sys.recv(fd, arena.address, arena.size, flags)
      if (n !== -errno.EINTR) return n
    }
  }
  return (flags) => {
    const length = receive(flags | messageFlags.peek | messageFlags.truncated)
    if (length < 0) return -length
    if (length > arena.size) arena = createArena(length)
    const n = receive(flags)
    return n < 0 ? -n : arena.bytes.subarray(0, n)
  }
}
