import type { LinkType } from "../facts.ts"
import { etherType } from "../link/ether-types.ts"
import { linkPayload } from "../link/ethernet.ts"
import { deepestNesting, innerPacket } from "../network/internet.ts"
import { viewIpv4 } from "../network/ipv4.ts"
import { viewIpv6 } from "../network/ipv6.ts"
import { protocolNumber } from "../network/protocol-numbers.ts"
import { type Span, u8 } from "../span.ts"
import { type TcpSegment, viewTcp } from "../transport/tcp.ts"

/** The segment of the innermost IP packet; undefined when that carries none, or not its beginning. */
export function findSegment(packet: Span, link: LinkType): TcpSegment | undefined {
  let inner = link === "ip" ? { version: u8(packet, 0) >> 4, packet } : ipOfFrame(packet)
  for (let depth = 1; inner !== undefined && depth <= deepestNesting; depth++) {
    const ip = inner.version === 4 ? viewIpv4(inner.packet) : inner.version === 6 ? viewIpv6(inner.packet) : undefined
    if (ip === undefined || ip.fragment !== undefined) return undefined
    if (ip.protocol === protocolNumber.tcp) return viewTcp(ip.payload)
    inner = innerPacket(ip)
  }
  return undefined
}

function ipOfFrame(frame: Span): { version: number; packet: Span } | undefined {
  const tagged = linkPayload(frame)
  if (tagged?.type === etherType.ipv4) return { version: 4, packet: tagged.payload }
  return tagged?.type === etherType.ipv6 ? { version: 6, packet: tagged.payload } : undefined
}
