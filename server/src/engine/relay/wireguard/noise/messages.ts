import { cookieSize, keySize, macSize, messageType, tagSize, timestampSize } from "./protocol.ts"

// The four messages, section 5.4 of the paper. Words are little-endian.

export const initiationAt = {
  type: 0,
  sender: 4,
  ephemeral: 8,
  static: 40,
  timestamp: 88,
  mac1: 116,
  mac2: 132,
} as const
export const initiationSize = 148
export const responseAt = { type: 0, sender: 4, receiver: 8, ephemeral: 12, empty: 44, mac1: 60, mac2: 76 } as const
export const responseSize = 92
export const cookieReplyAt = { type: 0, receiver: 4, nonce: 8, cookie: 32 } as const
export const cookieReplySize = 64
export const nonceSize = 24
export const dataAt = { type: 0, receiver: 4, counter: 8, payload: 16 } as const
/** What a data message has beside its payload. */
export const dataOverhead = dataAt.payload + tagSize

const sizes: Readonly<Record<number, number>> = {
  [messageType.initiation]: initiationSize,
  [messageType.response]: responseSize,
  [messageType.cookieReply]: cookieReplySize,
}

/** The type of a whole handshake message or cookie reply; 0 when it is neither. */
export function handshakeType(view: DataView, at: number, length: number): number {
  if (length < 4) return 0
  const type = view.getUint32(at, true)
  return sizes[type] === length ? type : 0
}

/** The fields of an initiation: parts of `message`, which is one (`handshakeType`). */
export function viewInitiation(message: Uint8Array) {
  const part = partsOf(message)
  return {
    ephemeral: part(initiationAt.ephemeral, keySize),
    static: part(initiationAt.static, keySize + tagSize),
    timestamp: part(initiationAt.timestamp, timestampSize + tagSize),
  }
}

/** Of a response. */
export function viewResponse(message: Uint8Array) {
  const part = partsOf(message)
  return { ephemeral: part(responseAt.ephemeral, keySize), empty: part(responseAt.empty, tagSize) }
}

/** Of a cookie reply. */
export function viewCookieReply(message: Uint8Array) {
  const part = partsOf(message)
  return { nonce: part(cookieReplyAt.nonce, nonceSize), cookie: part(cookieReplyAt.cookie, cookieSize + tagSize) }
}

/** Both macs stand at the end of an initiation and of a response; each covers all before it. */
export function viewMacs(message: Uint8Array) {
  const mac1At = message.length - 2 * macSize
  const mac2At = message.length - macSize
  return {
    beforeMac1: message.subarray(0, mac1At),
    mac1: message.subarray(mac1At, mac2At),
    beforeMac2: message.subarray(0, mac2At),
    mac2: message.subarray(mac2At),
  }
}

export function wordOf(message: Uint8Array, at: number): number {
  return new DataView(message.buffer, message.byteOffset).getInt32(at, true)
}

export function setWord(message: Uint8Array, at: number, word: number): void {
  new DataView(message.buffer, message.byteOffset).setInt32(at, word, true)
}

function partsOf(message: Uint8Array) {
  return (at: number, size: number) => message.subarray(at, at + size)
}
