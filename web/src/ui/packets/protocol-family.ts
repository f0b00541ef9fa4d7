/** Protocols in four families, each with a colour; the word stands beside it always. */
export type ProtocolFamily = "control" | "stream" | "datagram" | "other"

const families: readonly [ProtocolFamily, RegExp][] = [
  ["control", /^(ICMP|ARP|RARP|IGMP|MLD|STP|LLDP|OSPF)/i],
  ["stream", /^(TCP|TLS|SSL|HTTP|SSH|SCTP)/i],
  ["datagram", /^(UDP|DNS|MDNS|LLMNR|QUIC|NTP|DHCP|WireGuard)/i],
]

export function protocolFamily(protocol: string): ProtocolFamily {
  return families.find(([, names]) => names.test(protocol))?.[0] ?? "other"
}
