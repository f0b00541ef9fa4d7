import koffi from "koffi"
import { errno } from "../libc/errno.ts"
import { close } from "../libc/files.ts"
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

  function drain(): void {
    // Level-triggered: what the budget leaves wakes us again.
    for (let budget = datagramsPerWakeUp; isOpen && budget > 0; budget--) {
      const datagram = receive(messageFlags.doNotWait)
      if (datagram === errno.EAGAIN) return
      if (datagram === errno.ENOBUFS) listener.onOverflow()
      else if (typeof datagram === "number") throw new SyscallError("recv", datagram)
      else for (const message of readMessages(datagram)) deliver(decodeEvent(message))
    }
  }

  function deliver(event: RtnetlinkEvent | undefined): void {
    if (event !== undefined && isOpen) listener.onEvent(event)
  }

  const handle = koffi.node.poll(fd, { readable: true }, () => {
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
