import type { Reader } from "../field.ts"
import { u8 } from "../span.ts"

/** IANA's assigned internet protocol numbers, those that are dispatched on. */
export const protocolNumber = {
  hopByHop: 0,
  icmp: 1,
  igmp: 2,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  authentication: 51,
  icmpv6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
  sctp: 132,
  mobility: 135,
  hostIdentity: 139,
  shim6: 140,
} as const

const names = new Map<number, string>([
  [0, "Hop-by-Hop Options"],
  [1, "ICMP"],
  [2, "IGMP"],
  [4, "IPIP"],
  [6, "TCP"],
  [8, "EGP"],
  [17, "UDP"],
  [33, "DCCP"],
  [41, "IPv6"],
  [43, "IPv6 Routing"],
  [44, "IPv6 Fragment"],
  [46, "RSVP"],
  [47, "GRE"],
  [50, "ESP"],
  [51, "AH"],
  [58, "ICMPv6"],
  [59, "No Next Header"],
  [60, "Destination Options"],
  [88, "EIGRP"],
  [89, "OSPF"],
  [94, "IPIP"],
  [97, "ETHERIP"],
  [103, "PIM"],
  [108, "IPComp"],
  [112, "VRRP"],
  [115, "L2TP"],
  [132, "SCTP"],
  [135, "Mobility"],
  [136, "UDPlite"],
  [137, "MPLS-in-IP"],
])

export function protocolName(protocol: number): string | undefined {
  return names.get(protocol)
}

/** "TCP (6)" */
export const protocolText: Reader = (span, offset) => {
  const protocol = u8(span, offset)
  return `${protocolName(protocol) ?? "unknown"} (${protocol})`
}
