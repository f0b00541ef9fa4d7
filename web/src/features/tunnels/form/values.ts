import {
  type CarrierKind,
  type ClearPeer,
  clearPeersOf,
  defaultTunnelPort,
  type InterfaceView,
  ipFamily,
  isPublicAddress,
  parseEndpoint,
  type TunnelView,
} from "@tundeck/shared"
import { networkText } from "./networks.ts"

/** What a person fills in; numbers are text while they are typed. */
export interface TunnelFormValues {
  name: string
  interfaceFrom: "existing" | "new"
  interface: string
  newInterface: { name: string; kind: "tun" | "tap"; address: string }
  transport: CarrierKind
  framing: "simpletun" | "trains"
  role: TunnelRole
  listenAddress: string
  /** For icmp: the tunnel's number. With wireguard it may be empty: any free port. */
  port: number | string
  /** With wireguard: the endpoint of the only peer, if it is written with the transport. */
  peer: string
  /** Of a hub. */
  peers: PeerValues[]
  allowPublicPeer: boolean
  more: MoreValues
  security: "wireguard" | "none"
  /** Of wireguard over udp: tcp where udp does not pass. */
  fallback: boolean
  /** Of a new wireguard tunnel: whom to let in first. */
  invited: Invited
  autostart: boolean
}

export type Invited = "tundeck" | "app" | "key" | "simpletun"

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
const wireguardPort = 51_820

/** The port that others do not have yet, from the one where WireGuard is looked for. */
export function freePort(transports: readonly Pick<TunnelView["transport"], "listen">[]): number {
  const taken = new Set(transports.map(({ listen }) => parseEndpoint(listen ?? "")?.port))
  let port = wireguardPort
  while (taken.has(port)) port += 1
  return port
}

/** The transport that a security begins with: every WireGuard speaks udp, simpletun tcp alone. */
export const firstTransport = { wireguard: "udp", none: "tcp" } as const

/** A connection carries packets of any size; a datagram does not. */
export const clampsAtFirst = (transport: CarrierKind): boolean => transport !== "tcp"

export function emptyValues(interfaces: readonly Pick<InterfaceView, "name">[], wanted?: string): TunnelFormValues {
  const transport = firstTransport.wireguard
  return {
    name: "",
    interfaceFrom: interfaces.length > 0 || wanted !== undefined ? "existing" : "new",
    interface: wanted ?? (interfaces.length === 1 ? (interfaces[0]?.name ?? "") : ""),
    newInterface: { name: "", kind: "tun", address: "" },
    transport,
    framing: "simpletun",
    role: "connect",
    listenAddress: anyAddress,
    port: wireguardPort,
    peer: "",
    peers: [],
    allowPublicPeer: false,
    more: {
      sourceAddress: "",
      sourceInterface: "",
      firewallMark: "",
      dscp: "",
      allowed: "",
      clampMss: clampsAtFirst(transport),
    },
    security: "wireguard",
    fallback: true,
    invited: "tundeck",
    autostart: true,
  }
}

export function valuesOf({ transport, security, ...tunnel }: TunnelView): TunnelFormValues {
  const here = parseEndpoint(transport.listen ?? "")
  const there = parseEndpoint(transport.connect ?? "")
  return {
    ...emptyValues([], tunnel.interface),
    name: tunnel.name,
    // A responder has no such form.
    transport: transport.kind === "responder" ? firstTransport.wireguard : transport.kind,
    framing: transport.framing ?? "simpletun",
    role: clearPeersOf(security) !== undefined ? "hub" : transport.listen === undefined ? "connect" : "listen",
    listenAddress: here?.host ?? anyAddress,
    port: security.kind === "wireguard" ? (here?.port ?? "") : (here?.port ?? there?.port ?? defaultTunnelPort),
    peer: security.kind === "wireguard" ? (transport.connect ?? "") : (transport.peer ?? there?.host ?? ""),
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
    security: security.kind,
    fallback: transport.fallback ?? false,
    autostart: tunnel.autostart,
  }
}

export function peerValues({ name, address, allowedIps, enabled }: ClearPeer): PeerValues {
  return { name, address, allowed: networkText(allowedIps), enabled }
}

type WhoReads = Pick<TunnelFormValues, "security" | "role" | "peer" | "peers">

/** True when clear text would go to an address of the Internet; a name is looked up by the panel. */
export function peerIsPublic({ security, role, peer, peers }: WhoReads): boolean {
  if (security !== "none") return false
  const addresses = role === "hub" ? peers.map(({ address }) => address) : [peer]
  return addresses.some((text) => ipFamily(text.trim()) !== undefined && isPublicAddress(text.trim()))
}
