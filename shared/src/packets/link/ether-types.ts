import type { Reader } from "../field.ts"
import { u16 } from "../span.ts"
import { hexNumber } from "../text.ts"

/** IEEE 802 numbers, as IANA and the IEEE registration authority list them. */
export const etherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  bridged: 0x6558,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
} as const

/** Below this the field is the length of an IEEE 802.3 frame. */
export const smallestEtherType = 0x0600

const names = new Map<number, string>([
  [0x0800, "IPv4"],
  [0x0806, "ARP"],
  [0x0842, "Wake-on-LAN"],
  [0x6558, "Transparent Ethernet Bridging"],
  [0x8035, "RARP"],
  [0x8100, "802.1Q VLAN"],
  [0x86dd, "IPv6"],
  [0x8808, "MAC Control"],
  [0x8847, "MPLS"],
  [0x8848, "MPLS multicast"],
  [0x8863, "PPPoE Discovery"],
  [0x8864, "PPPoE Session"],
  [0x888e, "EAPOL"],
  [0x88a8, "802.1ad VLAN"],
  [0x88be, "ERSPAN"],
  [0x88cc, "LLDP"],
  [0x88e5, "MACsec"],
  [0x88f7, "PTP"],
  [0x9000, "Loopback"],
])

export function etherTypeName(type: number): string | undefined {
  return names.get(type)
}

/** "IPv4 (0x0800)"; the length where it is one. */
export const etherTypeText: Reader = (span, offset) => {
  const type = u16(span, offset)
  return type < smallestEtherType
    ? `length ${type} bytes`
    : `${etherTypeName(type) ?? "unknown"} (${hexNumber(type, 4)})`
}
