import { setImmediate as yieldToLoop } from "node:timers/promises"
import {
  close,
  connect,
  createArena,
  openIcmpSocket,
  SyscallError,
  socketName,
  sys,
  waitReadable,
} from "@tundeck/native-bindings"
import { ipFamily } from "@tundeck/shared"
import { decodeEchoReply, encodeEchoRequest } from "./echo.ts"

const sliceMilliseconds = 20
const largestReply = 2048

export interface Pinger {
  /** Milliseconds until the reply came; undefined when none came in time. Throws when the kernel refuses to send. */
  ping(sequence: number, timeoutMilliseconds: number): Promise<number | undefined>
  close(): void
}

/** Sends echo requests from the network namespace that the thread is in now, wherever it goes later. */
export function openPinger(address: string): Pinger {
  const family = ipFamily(address)
  if (family === undefined) throw new RangeError(`${address} is not an IP address`)
  const { fd, raw } = openSocket(family)
  connect(fd, { address, port: 0 })
  // The kernel picks a ping socket's identifier: its "port".
  const identifier = raw ? process.pid & 0xffff : socketName(fd).port
  const arena = createArena(largestReply)

  const readReply = (sequence: number): boolean => {
    for (;;) {
      const n = sys.recv(fd, arena.address, arena.size, 0)
      if (n < 0) return false // EAGAIN, or an error that the network reported: no reply is what it means
      const reply = decodeEchoReply(family, arena.bytes.subarray(0, n), raw && family === 4)
      if (reply?.sequence === sequence && (!raw || reply.identifier === identifier)) return true
    }
  }

  return {
    async ping(sequence, timeoutMilliseconds) {
      const request = encodeEchoRequest(family, { identifier, sequence })
      arena.bytes.set(request)
      const sent = performance.now()
      const n = sys.send(fd, arena.address, request.length, 0)
      if (n < 0) throw new SyscallError("send", -n)
      for (;;) {
        const left = timeoutMilliseconds - (performance.now() - sent)
        if (left <= 0) return undefined
        // Waiting in the kernel gives the exact time; in slices, so that signals and timers have their turn.
        if (waitReadable(fd, Math.ceil(Math.min(left, sliceMilliseconds))) && readReply(sequence)) {
          return performance.now() - sent
        }
        await yieldToLoop()
      }
    },
    close: () => close(fd),
  }
}

/** A raw socket takes CAP_NET_RAW, a ping socket a group within net.ipv4.ping_group_range: one of them will do. */
function openSocket(family: 4 | 6): { fd: number; raw: boolean } {
  try {
    return { fd: openIcmpSocket(family, "dgram"), raw: false }
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    return { fd: openIcmpSocket(family, "raw"), raw: true }
  }
}
