import type { PacketFacts, Said } from "../facts.ts"
import { type Dissected, next, wholeField } from "../field.ts"
import { describeIcmp, dissectIcmp } from "../network/icmp.ts"
import { describeIcmpv6, dissectIcmpv6 } from "../network/icmpv6.ts"
import { describeIgmp, dissectIgmp } from "../network/igmp.ts"
import type { IpPacket } from "../network/ip-packet.ts"
import { protocolName, protocolNumber } from "../network/protocol-numbers.ts"
import { type Span, wireLength } from "../span.ts"
import { dissectEsp, espInfo } from "./esp.ts"
import { dissectGre, greInfo } from "./gre.ts"
import { describeSctp, dissectSctp } from "./sctp.ts"
import { describeTcp, dissectTcp } from "./tcp.ts"
import { describeUdp, dissectUdp } from "./udp.ts"

/** What an IP packet carries, by its protocol number. */
export function describeTransport(packet: IpPacket, protocol: number, facts: PacketFacts): void {
  const { payload } = packet
  switch (protocol) {
    case protocolNumber.tcp:
      return describeTcp(payload, facts)
    case protocolNumber.udp:
      return describeUdp(payload, facts)
    case protocolNumber.icmp:
      return say(facts, describeIcmp(payload, packet.hopLimit))
    case protocolNumber.icmpv6:
      return say(facts, describeIcmpv6(payload, packet.hopLimit))
    case protocolNumber.igmp:
      return say(facts, describeIgmp(payload))
    case protocolNumber.sctp:
      return describeSctp(payload, facts)
    case protocolNumber.gre:
      return say(facts, { protocol: "GRE", info: greInfo(payload) })
    case protocolNumber.esp:
      return say(facts, { protocol: "ESP", info: espInfo(payload) })
    case protocolNumber.noNextHeader:
      return say(facts, { protocol: facts.protocol, info: "no next header" })
    default: {
      const name = protocolName(protocol)
      facts.protocol = name ?? facts.protocol
      facts.info = `${name === undefined ? "" : `${name}, `}protocol ${protocol} len=${wireLength(payload)}`
    }
  }
}

function say(facts: PacketFacts, said: Said): void {
  facts.protocol = said.protocol
  facts.info = said.info
}

export function dissectTransport(payload: Span, protocol: number, hopLimit: number): Dissected {
  switch (protocol) {
    case protocolNumber.tcp:
      return dissectTcp(payload)
    case protocolNumber.udp:
      return dissectUdp(payload)
    case protocolNumber.icmp:
      return dissectIcmp(payload, hopLimit)
    case protocolNumber.icmpv6:
      return dissectIcmpv6(payload, hopLimit)
    case protocolNumber.igmp:
      return dissectIgmp(payload)
    case protocolNumber.sctp:
      return dissectSctp(payload)
    case protocolNumber.gre:
      return dissectGre(payload)
    case protocolNumber.esp:
      return dissectEsp(payload)
    case protocolNumber.noNextHeader:
      return { layers: [], next: next("data", payload) }
    default: {
      const name = protocolName(protocol) ?? `Protocol ${protocol}`
      return { layers: [wholeField(payload, name, `${wireLength(payload)} bytes`)] }
    }
  }
}
