import {
  type Arena,
  createArena,
  errno,
  receivePassed,
  receiveTun,
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
  /** The listening socket of an interface's WireGuard configuration protocol, or the errno that kept it from being made. */
  openWireguard(name: string): { fd: number } | { errno: number }
  removeWireguard(name: string): void
}

const answerWithinMs = 5_000
const longestAnswer = 8 * 1024 * 1024

/** Asks and waits: a thread that wants an fd has nothing better to do, and the answer is a matter of a millisecond. */
export function createBroker(socketFd: number): Broker {
  // After half an answer nobody knows what the next byte means.
  let isUsable = true

  function say(request: number, name?: string): boolean {
    const text = name === undefined ? [] : [name.length, ...Buffer.from(name, "latin1")]
    const message = createArena(1 + text.length)
    message.bytes.set([request, ...text])
    isUsable &&= sys.write(socketFd, message.address, message.size) === message.size
    return isUsable
  }

  function ask<T>(request: number, answer: () => T, name?: string): T | undefined {
    if (!say(request, name)) return undefined
    try {
      return answer()
    } catch (error) {
      // EBADMSG is an answer: the errno of the launcher's own attempt.
      isUsable = error instanceof SyscallError && error.code === "EBADMSG"
      return undefined
    }
  }

  return {
    device: () => ask(brokerRequest.device, () => receiveTun(socketFd, answerWithinMs)),
    holders: () =>
      ask(brokerRequest.holders, () => {
        const length = readWhole(socketFd, createArena(4)).view.getUint32(0, true)
        if (length > longestAnswer) throw new RangeError(`an answer of ${length} bytes`)
        const json = readWhole(socketFd, createArena(length))
        return brokerHolders.parse(JSON.parse(new TextDecoder().decode(json.bytes)))
      }),
    openWireguard: (name) =>
      ask(brokerRequest.openWireguard, () => passedSocket(socketFd), name) ?? { errno: errno.EACCES },
    removeWireguard: (name) => void say(brokerRequest.removeWireguard, name),
  }
}

function passedSocket(socketFd: number): { fd: number } | { errno: number } {
  const { fd, byte } = receivePassed(socketFd, answerWithinMs)
  return fd === undefined ? { errno: byte } : { fd }
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
