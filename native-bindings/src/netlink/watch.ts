import koffi from "koffi"
import { createEpoll, epoll } from "../libc/epoll.ts"
import { errno } from "../libc/errno.ts"
import { close } from "../libc/files.ts"
import { sys } from "../libc/hot-calls.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import { setReceiveBuffer } from "../socket/options.ts"
import { bindEncoded, messageFlags, socketType } from "../socket/socket.ts"
import { addressFamily } from "../socket/socket-address.ts"
import { createDatagramReader, openNetlinkSocket } from "./client.ts"
import { decodeEvent, type RtnetlinkEvent } from "./event.ts"
import { readMessages } from "./message.ts"
import { multicastGroup } from "./numbers.ts"

const receiveBufferBytes = 1 << 20
const datagramsPerWakeUp = 256

export type RtnetlinkWatch = { close(): void }

// A poll handle that nobody references is collected, and its events stop in silence.
const openHandles = new Set<ReturnType<typeof koffi.node.poll>>()

/**
 * Tells every change of links, addresses and routes in the calling thread's network namespace, on this thread's event
 * loop, until closed. `onOverflow` says that changes were lost: read everything again. The kernel says nothing of the IPv4
 * routes that go with an address or with a link set down: read the routes again after those events. What a callback throws
 * becomes an uncaught exception.
 */
export function watchRtnetlink(listener: {
  onEvent: (event: RtnetlinkEvent) => void
  onOverflow: () => void
}): RtnetlinkWatch {
  const fd = openNetlinkSocket(socketType.nonBlocking)
  setReceiveBuffer(fd, receiveBufferBytes)
  bindEncoded(fd, encodeGroups())
  const receive = createDatagramReader(fd)
  let isOpen = true
  let hasOverflowed = false

  function drain(): void {
    // Level-triggered: what the budget leaves wakes us again.
    for (let budget = datagramsPerWakeUp; isOpen && budget > 0; budget--) {
      const datagram = receive(messageFlags.doNotWait)
      if (datagram === errno.EAGAIN) return reportOverflow()
      if (datagram === errno.ENOBUFS) hasOverflowed = true
      else if (typeof datagram === "number") throw new SyscallError("recv", datagram)
      else for (const message of readMessages(datagram)) deliver(decodeEvent(message))
    }
  }

  // Until its queue is empty the kernel goes on losing events without another word: only then may the listener read anew.
  function reportOverflow(): void {
    if (!hasOverflowed) return
    hasOverflowed = false
    listener.onOverflow()
  }

  function deliver(event: RtnetlinkEvent | undefined): void {
    if (event !== undefined && isOpen) listener.onEvent(event)
  }

  // libuv stops a handle whose fd has an error pending, as a socket that overflowed has. An epoll around it never has one.
  const epollFd = createEpoll()
  const n = sys.epollCtl(epollFd, epoll.add, fd, epoll.in, 0)
  if (n < 0) throw new SyscallError("epoll_ctl", -n)
  const handle = koffi.node.poll(epollFd, { readable: true }, () => {
    try {
      drain()
    } catch (error) {
      // koffi swallows what its callback throws.
      setImmediate(() => {
        throw error
      })
    }
  })
  openHandles.add(handle)

  return {
    close() {
      if (!isOpen) return
      isOpen = false
      handle.close()
      openHandles.delete(handle)
      close(epollFd)
      close(fd)
    },
  }
}

/** linux/netlink.h: struct sockaddr_nl { u16 family; u16 pad; u32 pid; u32 groups } */
function encodeGroups(): Uint8Array {
  const bytes = new Uint8Array(12)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, addressFamily.netlink, true)
  const groups = Object.values(multicastGroup).reduce((sum, group) => sum | group, 0)
  view.setUint32(8, groups, true)
  return bytes
}
