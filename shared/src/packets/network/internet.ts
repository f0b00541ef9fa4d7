import type { PacketFacts } from "../facts.ts"
import { holds, isCut, type Span, shortfall, u8, wireLength } from "../span.ts"
import { hexNumber } from "../text.ts"
import { ipWithinGre } from "../transport/gre.ts"
import { describeTransport } from "../transport/transports.ts"
import type { Fragment, IpPacket } from "./ip-packet.ts"
import { smallestIpv4Header, viewIpv4 } from "./ipv4.ts"
import { ipv6HeaderLength, viewIpv6 } from "./ipv6.ts"
import { protocolName, protocolNumber } from "./protocol-numbers.ts"

export const deepestNesting = 4 // IP in IP in IP in IP

/** A packet of a tun interface: its first four bits say what it is. */
export function describeBareIp(span: Span, facts: PacketFacts): void {
  const version = u8(span, 0) >> 4
  if (version === 4 || version === 6) return describeIp(version, span, facts)
  facts.info = noIpText(span)
}

/** Why a packet of a tun interface is none. */
export function noIpText(span: Span): string {
  if (holds(span, 1)) return `not an IP packet (version ${u8(span, 0) >> 4}) len=${wireLength(span)}`
  return isCut(span) ? "[cut short]" : "empty packet"
}

/** The addresses are those of the innermost IP header, as Wireshark shows them. */
export function describeIp(version: 4 | 6, span: Span, facts: PacketFacts): void {
  for (let depth = 1; ; depth++) {
    facts.protocol = version === 4 ? "IPv4" : "IPv6"
    const packet = version === 4 ? viewIpv4(span) : viewIpv6(span)
    if (packet === undefined) {
      facts.info = shortfall(span, version === 4 ? smallestIpv4Header : ipv6HeaderLength)
      return
    }
    facts.source = packet.source
    facts.destination = packet.destination
    const inner = depth < deepestNesting ? innerPacket(packet) : undefined
    if (inner === undefined) return describePacket(packet, facts)
    version = inner.version
    span = inner.packet
  }
}

/** The IP packet that an IP packet carries. */
export function innerPacket({ protocol, fragment, payload }: IpPacket): { version: 4 | 6; packet: Span } | undefined {
  if (fragment !== undefined && fragment.offset > 0) return undefined
  if (protocol === protocolNumber.ipv4) return { version: 4, packet: payload }
  if (protocol === protocolNumber.ipv6) return { version: 6, packet: payload }
  return protocol === protocolNumber.gre ? ipWithinGre(payload) : undefined
}

function describePacket(packet: IpPacket, facts: PacketFacts): void {
  const { fragment, protocol, payload } = packet
  if (protocol === undefined) {
    facts.info = `extension headers ${shortfall(payload)}`
  } else if (fragment !== undefined && fragment.offset > 0) {
    facts.info = fragmentText(protocol, fragment, packet.version)
  } else {
    describeTransport(packet, protocol, facts)
    if (fragment?.more) facts.info += " [first fragment]"
  }
  if (packet.lengthBeyondPacket) facts.info += " [length beyond the packet]"
}

function fragmentText(protocol: number, fragment: Fragment, version: 4 | 6): string {
  const name = protocolName(protocol) ?? String(protocol)
  const kind = version === 4 ? "Fragmented IP protocol" : "IPv6 fragment"
  const last = fragment.more ? "" : ", last"
  return `${kind} (proto=${name}, off=${fragment.offset}, id=${hexNumber(fragment.id, version === 4 ? 4 : 8)}${last})`
}
