import type { IpFamily } from "@tundeck/native-bindings"
import type { ProbeAnswer } from "@tundeck/shared"
import { decodeEchoReply, type Echo } from "../../ping/echo.ts"

/** What an ICMP message says of an echo request that was sent before. */
export interface IcmpAnswer {
  echo: Echo
  answer: Pick<ProbeAnswer, "kind" | "mtu" | "detail">
}

// RFC 792, RFC 4443: an error is type, code, checksum, four bytes of its own, then the packet that it is about.
const at = { type: 0, code: 1, mtu6: 4, mtu4: 6, quoted: 8 } as const
// RFC 791, RFC 8200: of the quoted packet
const ipv4 = { protocol: 9, smallestHeader: 20 } as const
const ipv6 = { nextHeader: 6, header: 40 } as const
const echoAt = { type: 0, identifier: 4, sequence: 6, size: 8 } as const

const icmp = { 4: { protocol: 1, request: 8 }, 6: { protocol: 58, request: 128 } } as const
/** Types of errors, and the one code that says that a packet is too large. */
export const icmpTypes = {
  4: { reply: 0, unreachable: 3, timeExceeded: 11 },
  6: { unreachable: 1, tooBig: 2, timeExceeded: 3, reply: 129 },
} as const
const fragmentationNeeded = 4

/** RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1 */
const unreachable4: Record<number, string> = {
  0: "no route to that network",
  1: "that host does not answer",
  2: "no such protocol there",
  3: "no such port there",
  9: "the network is prohibited",
  10: "the host is prohibited",
  13: "filtered on the way",
}
/** RFC 4443 section 3.1 */
const unreachable6: Record<number, string> = {
  0: "no route to that network",
  1: "filtered on the way",
  3: "that host does not answer",
  4: "no such port there",
  5: "the source address is not allowed",
  6: "the route rejects it",
}

/** undefined for what is about nothing that we sent, or is cut. A raw IPv4 socket hands over the IP header too. */
export function readIcmpAnswer(family: IpFamily, bytes: Uint8Array): IcmpAnswer | undefined {
  const reply = decodeEchoReply(family, bytes, family === 4)
  if (reply !== undefined) return { echo: reply, answer: { kind: "reply" } }
  const message = family === 4 ? behindIpv4(bytes) : bytes
  if (message === undefined || message.length < at.quoted) return undefined
  const answer = errorOf(family, message)
  const echo = quotedEcho(family, message.subarray(at.quoted))
  return answer && echo && { echo, answer }
}

function errorOf(family: IpFamily, message: Uint8Array): IcmpAnswer["answer"] | undefined {
  const view = viewOf(message)
  const type = view.getUint8(at.type)
  const code = view.getUint8(at.code)
  if (type === icmpTypes[family].timeExceeded) return code === 0 ? { kind: "time-exceeded" } : undefined
  if (family === 6 && type === icmpTypes[6].tooBig) return tooBig(view.getUint32(at.mtu6))
  if (type !== icmpTypes[family].unreachable) return undefined
  if (family === 4 && code === fragmentationNeeded) return tooBig(view.getUint16(at.mtu4))
  const words = family === 4 ? unreachable4 : unreachable6
  return { kind: "unreachable", detail: words[code] ?? `code ${code}` }
}

/** Routers older than RFC 1191 say 0. */
function tooBig(mtu: number): IcmpAnswer["answer"] {
  return mtu === 0 ? { kind: "too-big" } : { kind: "too-big", mtu }
}

function quotedEcho(family: IpFamily, packet: Uint8Array): Echo | undefined {
  const echo = family === 4 ? behindIpv4(packet) : packet.subarray(ipv6.header)
  const protocol = packet[family === 4 ? ipv4.protocol : ipv6.nextHeader]
  if (echo === undefined || echo.length < echoAt.size) return undefined
  if (protocol !== icmp[family].protocol || echo[echoAt.type] !== icmp[family].request) return undefined
  const view = viewOf(echo)
  return { identifier: view.getUint16(echoAt.identifier), sequence: view.getUint16(echoAt.sequence) }
}

function behindIpv4(packet: Uint8Array): Uint8Array | undefined {
  const length = ((packet[0] ?? 0) & 0x0f) * 4 // IHL counts words of 4 bytes
  return length < ipv4.smallestHeader || length > packet.length ? undefined : packet.subarray(length)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
