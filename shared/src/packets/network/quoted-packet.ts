import { endpointText } from "../address-text.ts"
import { holds, type Span, u8, u16 } from "../span.ts"
import type { IpPacket } from "./ip-packet.ts"
import { viewIpv4 } from "./ipv4.ts"
import { viewIpv6 } from "./ipv6.ts"
import { protocolName, protocolNumber } from "./protocol-numbers.ts"

/** The packet that an ICMP error is about, in brief: "10.0.0.1:4242 → 10.0.0.2:53 UDP"; "" when too little of it is there. */
export function quotedPacket(span: Span): string {
  const version = u8(span, 0) >> 4
  const packet = version === 4 ? viewIpv4(span) : version === 6 ? viewIpv6(span) : undefined
  if (packet === undefined) return ""
  const { source, destination, payload, protocol } = packet
  const name = protocol === undefined ? "" : ` ${protocolName(protocol) ?? `protocol ${protocol}`}`
  if (!hasPorts(packet)) return `${source} → ${destination}${name}`
  return `${endpointText(source, u16(payload, 0))} → ${endpointText(destination, u16(payload, 2))}${name}`
}

function hasPorts({ protocol, fragment, payload }: IpPacket): boolean {
  if (fragment !== undefined && fragment.offset > 0) return false
  const ported = protocol === protocolNumber.tcp || protocol === protocolNumber.udp || protocol === protocolNumber.sctp
  return ported && holds(payload, 4)
}
