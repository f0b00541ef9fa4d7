import {
  type Arena,
  createArena,
  receiveFileDescriptor,
  SyscallError,
  sys,
  type TunHolder,
  waitReadable,
} from "@tundeck/native-bindings"
import { brokerHolders, brokerRequest } from "@tundeck/shared"

/** The launcher, which is root, at the other end of an inherited socket. undefined: it has no answer. */
export interface Broker {
  /** An open /dev/net/tun. */
  device(): number | undefined
  /** Everybody's tun fds. */
  holders(): TunHolder[] | undefined
}

const answerWithinMs = 5_000
const longestAnswer = 8 * 1024 * 1024

/** Asks and waits: a thread that wants an fd has nothing better to do, and the answer is a matter of a millisecond. */
export function createBroker(socketFd: number): Broker {
  // After half an answer nobody knows what the next byte means.
  let isUsable = true

  function ask<T>(request: number, answer: () => T): T | undefined {
    const byte = createArena(1)
    byte.view.setUint8(0, request)
    isUsable &&= sys.write(socketFd, byte.address, byte.size) === 1
    if (!isUsable) return undefined
    try {
      return answer()
    } catch (error) {
      // EBADMSG is an answer: the errno of the launcher's own attempt.
      isUsable = error instanceof SyscallError && error.code === "EBADMSG"
      return undefined
    }
  }

  return {
    device: () => ask(brokerRequest.device, () => receiveFileDescriptor(socketFd, answerWithinMs).fd),
    holders: () =>
      ask(brokerRequest.holders, () => {
        const length = readWhole(socketFd, createArena(4)).view.getUint32(0, true)
        if (length > longestAnswer) throw new RangeError(`an answer of ${length} bytes`)
        const json = readWhole(socketFd, createArena(length))
        return brokerHolders.parse(JSON.parse(new TextDecoder().decode(json.bytes)))
      }),
  }
}

function readWhole(fd: number, arena: Arena): Arena {
  for (let at = 0; at < arena.size; ) {
    if (!waitReadable(fd, answerWithinMs)) throw new RangeError("no answer in time")
    const n = sys.recv(fd, arena.address + at, arena.size - at, 0)
    if (n <= 0) throw new RangeError("the launcher is gone")
    at += n
  }
  return arena
}
