import { etherTypes, ipProtocols } from "./names.ts"
import { tcpAnalysisWords } from "./tcp-analysis.ts"
import type { Test, Tree } from "./tree.ts"

const type = (name: string): Tree => ({ kind: "ether-type", type: etherTypes[name] ?? 0 })
const protocol = (name: string, over?: "ip" | "ip6"): Tree => ({
  kind: "protocol",
  number: ipProtocols[name] ?? 0,
  ...(over && { over }),
})
const row = (field: Extract<Test, { kind: "word" }>["field"], value: string): Tree => ({
  kind: "word",
  field,
  differs: false,
  value,
})

/** What Tundeck itself says of a packet, by its row's protocol. */
export const applications = [
  "dhcp",
  "dhcpv6",
  "dns",
  "http",
  "llmnr",
  "lldp",
  "mdns",
  "ntp",
  "openvpn",
  "quic",
  "ssh",
  "stp",
  "tls",
  "wireguard",
] as const

/** Words that are a whole test. */
export const plainWords: Readonly<Record<string, Tree>> = {
  ip: type("ip"),
  ip6: type("ip6"),
  ipv6: type("ip6"),
  arp: type("arp"),
  rarp: type("rarp"),
  tcp: protocol("tcp"),
  udp: protocol("udp"),
  sctp: protocol("sctp"),
  icmp: protocol("icmp", "ip"),
  icmp6: protocol("icmp6", "ip6"),
  icmpv6: protocol("icmp6", "ip6"),
  igmp: protocol("igmp", "ip"),
  gre: protocol("gre"),
  esp: protocol("esp"),
  ah: protocol("ah"),
  ospf: protocol("ospf"),
  pim: protocol("pim"),
  vrrp: protocol("vrrp", "ip"),
  broadcast: { kind: "cast", cast: "broadcast" },
  multicast: { kind: "cast", cast: "multicast" },
  sent: row("verdict", "sent"),
  delivered: row("verdict", "delivered"),
  dropped: row("verdict", "dropped"),
  inbound: row("direction", "inbound"),
  outbound: row("direction", "outbound"),
  injected: { kind: "injected" },
  ...Object.fromEntries(applications.map((name) => [name, row("protocol", name)])),
  ...tcpAnalysisWords(),
}
