import { createArena } from "../libc/arena.ts"
import { sys } from "../libc/hot-calls.ts"
import { controlHeader, ioVector, messageHeader } from "../libc/message-layout.ts"
import { receiveTimeControl } from "./options.ts"
import { decodeSocketAddress, type SocketAddress, socketAddressSize } from "./socket-address.ts"

/** A datagram with its sender, and when the kernel took it in (Unix ms) where `setReceiveTime` asked for that. */
export type ReceivedMessage = { bytes: Uint8Array; from: SocketAddress | undefined; time: number | undefined }

const controlBytes = 128

/** Reads one datagram after the other, cut at `largest` bytes; -errno when there is none. The bytes hold until the next call. */
export function createMessageReader(fd: number, largest: number): () => ReceivedMessage | number {
  const at = { header: 0, vector: 56, name: 72, control: 104, data: 104 + controlBytes } as const
  const { address, view, bytes } = createArena(at.data + largest)
  const pointer = (offset: number, to: number) => view.setBigUint64(offset, BigInt(address + to), true)
  pointer(at.header + messageHeader.name, at.name)
  pointer(at.header + messageHeader.vectors, at.vector)
  view.setBigUint64(at.header + messageHeader.vectorCount, 1n, true)
  pointer(at.header + messageHeader.control, at.control)
  pointer(at.vector + ioVector.base, at.data)
  view.setBigUint64(at.vector + ioVector.length, BigInt(largest), true)

  return () => {
    view.setUint32(at.header + messageHeader.nameLength, socketAddressSize, true)
    view.setBigUint64(at.header + messageHeader.controlLength, BigInt(controlBytes), true)
    const n = sys.recvmsg(fd, address, 0)
    if (n < 0) return n
    const nameLength = view.getUint32(at.header + messageHeader.nameLength, true)
    const controlLength = Number(view.getBigUint64(at.header + messageHeader.controlLength, true))
    return {
      bytes: bytes.subarray(at.data, at.data + n),
      from: decodeSocketAddress(bytes.subarray(at.name, at.name + nameLength)),
      time: timeOf(view, at.control, at.control + Math.min(controlLength, controlBytes)),
    }
  }
}

/** linux/time_types.h: struct timespec, two 64-bit words, behind the control message's header. */
function timeOf(view: DataView, from: number, end: number): number | undefined {
  for (let at = from; at + controlHeader.data <= end; ) {
    const length = view.getUint32(at + controlHeader.length, true)
    if (length < controlHeader.data) return undefined
    const isTime =
      view.getUint32(at + controlHeader.level, true) === receiveTimeControl.level &&
      view.getUint32(at + controlHeader.type, true) === receiveTimeControl.type
    const data = at + controlHeader.data
    if (isTime && data + 16 <= end) return view.getUint32(data, true) * 1e3 + view.getUint32(data + 8, true) / 1e6
    at += (length + 7) & ~7
  }
  return undefined
}
