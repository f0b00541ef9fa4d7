import type { Said } from "../facts.ts"
import { holds, type Span, u8, u24, wireLength } from "../span.ts"
import { hexNumber } from "../text.ts"

// The WireGuard paper, sections 5.4.2 to 5.4.7: all numbers little-endian, three reserved zero bytes after the type
const at = { type: 0, reserved: 1, sender: 4, receiver: 4, responseReceiver: 8, counter: 8, end: 16 } as const
const type = { initiation: 1, response: 2, cookieReply: 3, data: 4 } as const
const length = { initiation: 148, response: 92, cookieReply: 64, keepalive: 32 } as const

/** Type, reserved bytes and length must agree; data is padded to 16 bytes. */
export function describeWireguard(message: Span): Said | undefined {
  if (!holds(message, at.end) || u24(message, at.reserved) !== 0) return undefined
  const total = wireLength(message)
  const info = messageText(message, u8(message, at.type), total)
  return info === undefined ? undefined : { protocol: "WireGuard", info }
}

function messageText(message: Span, kind: number, total: number): string | undefined {
  if (kind === type.initiation && total === length.initiation)
    return `Handshake Initiation, sender=${index(message, at.sender)}`
  if (kind === type.response && total === length.response) {
    return `Handshake Response, sender=${index(message, at.sender)}, receiver=${index(message, at.responseReceiver)}`
  }
  if (kind === type.cookieReply && total === length.cookieReply)
    return `Cookie Reply, receiver=${index(message, at.receiver)}`
  if (kind !== type.data || total < length.keepalive || total % 16 !== 0) return undefined
  const numbers = `receiver=${index(message, at.receiver)}, counter=${counter(message)}`
  return total === length.keepalive
    ? `Keepalive, ${numbers}`
    : `Transport Data, ${numbers}, datalen=${total - length.keepalive}`
}

function index(message: Span, offset: number): string {
  return hexNumber(littleEndian32(message, offset), 8)
}

/** 64 bits on the wire; exact to 2^53, which no session reaches. */
function counter(message: Span): number {
  return littleEndian32(message, at.counter) + littleEndian32(message, at.counter + 4) * 2 ** 32
}

function littleEndian32(span: Span, offset: number): number {
  return (
    u8(span, offset) +
    u8(span, offset + 1) * 0x100 +
    u8(span, offset + 2) * 0x1_0000 +
    u8(span, offset + 3) * 0x100_0000
  )
}
