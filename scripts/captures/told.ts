// Wireshark's answer in our words, for as far as the layers are those that Tundeck reads.
import type { Told } from "../../testing/tshark.ts"

const linkLayers = new Set(["eth", "ethertype", "vlan", "ieee8021ad", "raw"])
const ipLayers: Readonly<Record<string, string>> = { ip: "IPv4", ipv6: "IPv6" }
// What stands between an IP header and what it carries, and the protocol that it is called when nothing follows.
const betweenLayers: Readonly<Record<string, string | undefined>> = {
  gre: "GRE",
  ah: undefined,
  "ipv6.hopopts": undefined,
  "ipv6.routing": undefined,
  "ipv6.dstopts": undefined,
  "ipv6.fraghdr": undefined,
  mipv6: undefined,
  shim6: undefined,
  hip: undefined,
}
const transports: Readonly<Record<string, string>> = {
  icmp: "ICMP",
  icmpv6: "ICMPv6",
  igmp: "IGMP",
  tcp: "TCP",
  udp: "UDP",
  sctp: "SCTP",
  esp: "ESP",
}

interface Application {
  readonly protocol: string
  /** A field whose value shows that a message of this protocol begins here. */
  readonly proof: string
  readonly value: RegExp
}

const application = (protocol: string, proof: string, value = /./): Application => ({ protocol, proof, value })

// Without the proof Wireshark goes by the port alone, or by packets before this one.
const applications: Readonly<Record<string, readonly Application[]>> = {
  dns: [application("DNS", "dns.flags")],
  mdns: [application("MDNS", "dns.flags")],
  llmnr: [application("LLMNR", "dns.flags")],
  dhcp: [application("DHCP", "dhcp.type")],
  dhcpv6: [application("DHCPv6", "dhcpv6.msgtype")],
  ntp: [application("NTP", "ntp.flags")],
  tls: [application("TLS", "tls.record.version", /^0x030[0-4]/)],
  quic: [application("QUIC", "quic.header_form", /^(1|True)/)],
  http: [
    application("HTTP", "http.request.version", /^HTTP\/1/),
    application("HTTP", "http.response.version", /^HTTP\/1/),
  ],
  ssh: [application("SSH", "ssh.protocol")],
  wg: [application("WireGuard", "wg.type")],
  openvpn: [application("OpenVPN", "openvpn.opcode")],
}
const proofs = new Set(
  Object.values(applications)
    .flat()
    .map(({ proof }) => proof),
)
const values = ["ip.src", "ip.dst", "ip.len", "ipv6.src", "ipv6.dst", "ipv6.plen", "tcp.len", "udp.length"]
const ports = ["tcp", "udp", "sctp"].flatMap((name) => [`${name}.srcport`, `${name}.dstport`])

/** What Wireshark is asked for. */
export const fields: readonly string[] = ["frame.protocols", "_ws.malformed", ...values, ...ports, ...proofs]

export interface Read {
  readonly told: Told
  /** An application that Wireshark names without a proof that its message begins here. */
  readonly alsoNamed: string | undefined
  /** For people. */
  readonly layers: string
  readonly isMalformed: boolean
}

/** @param row the values of `fields` of an IP packet */
export function readRow(row: readonly string[]): Read {
  const all = (name: string) => (row[fields.indexOf(name)] ?? "").split(",")
  const first = (name: string) => all(name)[0] ?? ""
  const whole = first("frame.protocols").split(":")
  const layers = whole.slice(whole.findIndex((layer) => !linkLayers.has(layer)))
  const { ips, between, transport, application } = stack(layers)
  const innermost = ips.at(-1) ?? "ip"
  const nth = ips.filter((layer) => layer === innermost).length - 1
  const known = applications[application ?? ""] ?? []
  const proven = known.find(({ proof, value }) => value.test(first(proof)))
  const from = first(`${transport}.srcport`)
  const carrier = transports[transport ?? ""] ?? betweenLayers[between ?? ""] ?? ipLayers[innermost] ?? ""
  return {
    told: {
      source: all(`${innermost}.src`)[nth] ?? "",
      destination: all(`${innermost}.dst`)[nth] ?? "",
      protocol: proven?.protocol ?? carrier,
      ports: from === "" ? "" : `${from} ${first(`${transport}.dstport`)}`,
      ipLength: first(ips[0] === "ip" ? "ip.len" : "ipv6.plen"),
      transportLength: transport === "udp" ? first("udp.length") : transport === "tcp" ? first("tcp.len") : "",
    },
    alsoNamed: known[0]?.protocol,
    layers: layers.join(":"),
    isMalformed: row[1] !== "",
  }
}

/** The layers up to the first one that Tundeck does not read: what an error quotes is not the packet's own. */
function stack(layers: readonly string[]) {
  const ips: string[] = []
  let between: string | undefined
  let index = 0
  for (; index < layers.length; index++) {
    const layer = layers[index] ?? ""
    if (layer in ipLayers) {
      ips.push(layer)
      between = undefined
    } else if (layer in betweenLayers) between = layer
    else break
  }
  const transport = (layers[index] ?? "") in transports ? layers[index] : undefined
  const carries = transport === "tcp" || transport === "udp"
  const application = carries ? layers.slice(index + 1).find((layer) => layer !== "mptcp") : undefined
  return { ips, between, transport, application }
}

const named = new Set([
  ...Object.values(transports),
  "GRE",
  ...Object.values(applications)
    .flat()
    .map(({ protocol }) => protocol),
])

/** What we say of other protocols by their number is, here, the IP packet that carries them. */
export function inSameWords(told: Told): Told {
  if (told.protocol.startsWith("IGMP")) return { ...told, protocol: "IGMP" } // its version stands behind
  if (named.has(told.protocol)) return told
  return { ...told, protocol: told.source.includes(":") ? "IPv6" : "IPv4" }
}
