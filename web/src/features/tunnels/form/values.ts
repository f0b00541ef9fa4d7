import {
  type ClearPeer,
  clearPeersOf,
  defaultTunnelPort,
  type InterfaceView,
  ipFamily,
  isPublicAddress,
  parseEndpoint,
  type TransportKind,
  type TunnelView,
} from "@tundeck/shared"
import { networkText } from "./networks.ts"

/** What a person fills in; numbers are text while they are typed. */
export interface TunnelFormValues {
  name: string
  interfaceFrom: "existing" | "new"
  interface: string
  newInterface: { name: string; kind: "tun" | "tap"; address: string }
  transport: TransportKind
  framing: "simpletun" | "trains"
  role: TunnelRole
  listenAddress: string
  /** For icmp: the tunnel's number. */
  port: number | string
  peer: string
  /** Of a hub. */
  peers: PeerValues[]
  allowPublicPeer: boolean
  more: MoreValues
  security: "" | "none"
  autostart: boolean
}

export type TunnelRole = "connect" | "listen" | "hub"

export interface PeerValues {
  name: string
  address: string
  /** Networks with commas between them. */
  allowed: string
  enabled: boolean
}

export interface MoreValues {
  sourceAddress: string
  sourceInterface: string
  firewallMark: string
  dscp: number | string
  allowed: string
  clampMss: boolean
}

export const anyAddress = "0.0.0.0"

export function emptyValues(interfaces: readonly Pick<InterfaceView, "name">[], wanted?: string): TunnelFormValues {
  return {
    name: "",
    interfaceFrom: interfaces.length > 0 || wanted !== undefined ? "existing" : "new",
    interface: wanted ?? (interfaces.length === 1 ? (interfaces[0]?.name ?? "") : ""),
    newInterface: { name: "", kind: "tun", address: "" },
    transport: "tcp",
    framing: "simpletun",
    role: "connect",
    listenAddress: anyAddress,
    port: defaultTunnelPort,
    peer: "",
    peers: [],
    allowPublicPeer: false,
    more: { sourceAddress: "", sourceInterface: "", firewallMark: "", dscp: "", allowed: "", clampMss: false },
    security: "",
    autostart: true,
  }
}

export function valuesOf({ transport, security, ...tunnel }: TunnelView): TunnelFormValues {
  const here = parseEndpoint(transport.listen ?? "")
  const there = parseEndpoint(transport.connect ?? "")
  return {
    ...emptyValues([], tunnel.interface),
    name: tunnel.name,
    transport: transport.kind,
    framing: transport.framing ?? "simpletun",
    role: security.peers !== undefined ? "hub" : transport.listen === undefined ? "connect" : "listen",
    listenAddress: here?.host ?? anyAddress,
    port: here?.port ?? there?.port ?? defaultTunnelPort,
    peer: transport.peer ?? there?.host ?? "",
    peers: clearPeersOf(security)?.map(peerValues) ?? [],
    allowPublicPeer: transport.allowPublicPeer ?? false,
    more: {
      sourceAddress: transport.sourceAddress ?? "",
      sourceInterface: transport.sourceInterface ?? "",
      firewallMark: transport.firewallMark === undefined ? "" : `0x${transport.firewallMark.toString(16)}`,
      dscp: transport.dscp ?? "",
      allowed: security.kind === "none" ? networkText(security.allowedIps) : "",
      clampMss: transport.clampMss ?? false,
    },
    security: security.kind === "none" ? "none" : "",
    autostart: tunnel.autostart,
  }
}

export function peerValues({ name, address, allowedIps, enabled }: ClearPeer): PeerValues {
  return { name, address, allowed: networkText(allowedIps), enabled }
}

/** True when clear text would go to an address of the Internet; a name is looked up by the panel. */
export function peerIsPublic({ role, peer, peers }: Pick<TunnelFormValues, "role" | "peer" | "peers">): boolean {
  const addresses = role === "hub" ? peers.map(({ address }) => address) : [peer]
  return addresses.some((text) => ipFamily(text.trim()) !== undefined && isPublicAddress(text.trim()))
}
