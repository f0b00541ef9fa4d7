import { align4, concatenate, readAttributes, viewOf } from "./attributes.ts"
import { messageFlag } from "./numbers.ts"

// linux/netlink.h: struct nlmsghdr { u32 len; u16 type; u16 flags; u32 seq; u32 pid }
const at = { length: 0, type: 4, flags: 6, sequence: 8, port: 12, payload: 16 } as const

export type Message = { type: number; flags: number; sequence: number; payload: Uint8Array }

export function encodeMessage({ type, flags, sequence, payload }: Message): Uint8Array {
  const header = new Uint8Array(at.payload)
  const view = viewOf(header)
  view.setUint32(at.length, at.payload + payload.length, true)
  view.setUint16(at.type, type, true)
  view.setUint16(at.flags, flags, true)
  view.setUint32(at.sequence, sequence, true)
  return concatenate([header, payload])
}

/** The messages of one datagram; ends at the first that does not fit. Payloads are views into `bytes`. */
export function readMessages(bytes: Uint8Array): Message[] {
  const view = viewOf(bytes)
  const messages: Message[] = []
  let offset = 0
  while (offset + at.payload <= bytes.length) {
    const length = view.getUint32(offset + at.length, true)
    if (length < at.payload || length > bytes.length - offset) break
    messages.push({
      type: view.getUint16(offset + at.type, true),
      flags: view.getUint16(offset + at.flags, true),
      sequence: view.getUint32(offset + at.sequence, true),
      payload: bytes.subarray(offset + at.payload, offset + length),
    })
    offset += align4(length)
  }
  return messages
}

/** What NLMSG_ERROR or NLMSG_DONE says: an errno, 0 for success, and the kernel's own sentence. */
export type Acknowledgement = { errno: number; detail: string | undefined }

// linux/netlink.h: struct nlmsgerr { int error; struct nlmsghdr msg }, then the request's payload unless capped
const error = { number: 0, request: 4, end: 4 + at.payload } as const
const errorMessage = 1 // linux/netlink.h: NLMSGERR_ATTR_MSG

export function readError({ flags, payload }: Message): Acknowledgement {
  if (payload.length < error.end) return { errno: readErrno(payload), detail: undefined }
  const requestLength = viewOf(payload).getUint32(error.request + at.length, true)
  const isCapped = (flags & messageFlag.answerCapped) !== 0
  const end = isCapped ? error.end : error.request + align4(requestLength)
  return { errno: readErrno(payload), detail: readDetail(flags, payload.subarray(end)) }
}

/** The end of a dump: an int, then attributes. */
export function readDone({ flags, payload }: Message): Acknowledgement {
  return { errno: readErrno(payload), detail: readDetail(flags, payload.subarray(4)) }
}

function readErrno(payload: Uint8Array): number {
  return payload.length < 4 ? 0 : 0 - viewOf(payload).getInt32(error.number, true)
}

function readDetail(flags: number, attributes: Uint8Array): string | undefined {
  return (flags & messageFlag.answerAttributes) === 0 ? undefined : readAttributes(attributes).text(errorMessage)
}
