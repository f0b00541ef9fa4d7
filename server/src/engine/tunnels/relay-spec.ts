import { ipFamily, Problem, parseEndpoint, type TunnelConfig } from "@tundeck/shared"
import type { Attachment, InterfaceFacts } from "../ports.ts"
import type { AnyRelayTransport, RelayDevice, RelayEnds, RelayPeer, RelayPeers, RelaySpec } from "../relay/messages.ts"
import { allowedSources } from "./allowed-sources.ts"
import { isWireguardPeer } from "./places.ts"
import { isHub, type RunningTunnel } from "./running-tunnel.ts"
import { relaySecurity, wireguardEnds, wireguardRelayPeer } from "./wireguard-spec.ts"

/** What a worker is told of a tunnel, from what a person wants of it. */

export function relayDevice({ fd, packetInfo, vnetHeader, mtu }: Attachment): RelayDevice {
  return { fd, packetInfo, vnetHeader, mtu }
}

export function relaySpec(tunnel: RunningTunnel, attachment: Attachment): RelaySpec {
  return {
    id: tunnel.config.id,
    link: attachment.kind === "tun" ? "ip" : "ethernet",
    device: relayDevice(attachment),
    transport: relayTransport(tunnel.config),
    security: relaySecurity(tunnel.config),
    peers: tunnel.peers,
    faults: tunnel.config.faults ?? null,
    counters: tunnel.counters,
    ring: tunnel.ring,
    capture: tunnel.capture,
  }
}

export function relayTransport(config: TunnelConfig): AnyRelayTransport {
  const { transport, security } = config
  const { kind, framing = "simpletun", clampMss = false, fallback = false } = transport
  if (kind === "responder") return { kind, clampMss: false, isHub: false }
  const { sourceAddress, sourceInterface, firewallMark, dscp } = transport
  return {
    kind,
    framing,
    ends: security.kind === "wireguard" ? wireguardEnds(transport) : relayEnds(transport),
    socket: { sourceAddress, sourceInterface, firewallMark, dscp },
    clampMss,
    isHub: isHub(config),
    fallback,
  }
}

function answeredBy(networks: string[] | undefined, { kind, addresses }: InterfaceFacts): RelayPeer["answered"] {
  return { isEthernet: kind === "tap", networks: networks ?? addresses, own: addresses }
}

function relayEnds(transport: TunnelConfig["transport"]): RelayEnds {
  const local = parseEndpoint(transport.listen ?? "")
  if (local !== undefined) return { role: "listen", local: { address: local.host, port: local.port } }
  const remote = parseEndpoint(transport.connect ?? "")
  if (remote === undefined) throw new Problem("validation-failed", "A tunnel listens for its peers, or calls one.")
  const named = ipFamily(remote.host) === undefined
  return { role: "connect", named, remotes: named ? [] : [{ address: remote.host, port: remote.port }] }
}

/** By place. On a hub over tun a peer without networks of its own has none: nothing is routed to it, nothing may come from it. */
export function relayPeers(tunnel: Pick<RunningTunnel, "config" | "places">, facts: InterfaceFacts): RelayPeers {
  const { config, places } = tunnel
  return places.all.map((placed) => {
    if (placed === null) return null
    if (isWireguardPeer(placed.peer)) return wireguardRelayPeer(config, placed, placed.peer, facts)
    const { address, enabled, allowedIps } = placed.peer
    if (config.transport.kind === "responder") {
      return { address: "", enabled: true, allowed: null, answered: answeredBy(config.transport.answerFor, facts) }
    }
    if (isHub(config)) return { address, enabled, allowed: allowedIps ?? (facts.kind === "tap" ? null : []) }
    return { address: config.transport.peer ?? "", enabled, allowed: allowedSources(config, facts) }
  })
}
