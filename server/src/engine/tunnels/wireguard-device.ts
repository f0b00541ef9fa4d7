import { errno } from "@tundeck/native-bindings"
import {
  formatEndpoint,
  mostAllowedIps,
  mostPeers,
  parseEndpoint,
  peerNameOf,
  type TunnelConfig,
  type WireguardConfig,
  type WireguardPeer,
} from "@tundeck/shared"
import { type Applied, applySet } from "../wireguard-socket/apply-set.ts"
import type { DeviceConfiguration, PeerConfiguration, SetRequest } from "../wireguard-socket/configuration.ts"

export type WireguardTunnel = TunnelConfig & { security: WireguardConfig }

/** In the place of a private key: there is none, and the tunnel speaks to nobody. Only the stand-alone form has that. */
export const noPrivateKey = `${"A".repeat(43)}=`

export function isWireguard(config: TunnelConfig): config is WireguardTunnel {
  return config.security.kind === "wireguard"
}

/** It may have a session: it is neither switched off nor past its date. */
export function isLetIn({ enabled, expiresAt }: WireguardPeer, now: number): boolean {
  return enabled && (expiresAt === undefined || now < expiresAt)
}

/** Where a peer is called first; null: it calls. */
export function endpointOf({ transport, security }: WireguardTunnel, peer: WireguardPeer): string | null {
  return peer.endpoint ?? (security.peers.length === 1 ? transport.connect : undefined) ?? null
}

/** A tunnel as the configuration protocol sees it: with those peers that are let in. `now`: Unix ms. */
export function deviceOf(tunnel: WireguardTunnel, now: number): DeviceConfiguration {
  const { transport, security } = tunnel
  const peers = security.peers.filter((peer) => isLetIn(peer, now))
  return {
    privateKey: security.privateKey === noPrivateKey ? null : security.privateKey,
    listenPort: parseEndpoint(transport.listen ?? "")?.port ?? 0,
    firewallMark: transport.firewallMark ?? 0,
    peers: peers.map((peer) => ({
      publicKey: peer.publicKey,
      presharedKey: peer.presharedKey ?? null,
      endpoint: endpointOf(tunnel, peer),
      keepaliveSeconds: peer.keepaliveSeconds,
      allowedIps: peer.allowedIps,
    })),
  }
}

export type Reconfigured = { tunnel: WireguardTunnel; moved: Applied["moved"] } | { errno: number }

/**
 * What a tunnel is told to be after a request. Peers that are not let in stay as they are, unless the request names them: then
 * they are let in again. Refused (`errno`) is what a tunnel cannot be.
 */
export function reconfigure(
  tunnel: WireguardTunnel,
  request: SetRequest,
  { now, mayBeKeyless }: { now: number; mayBeKeyless: boolean },
): Reconfigured {
  const { next, moved } = applySet(deviceOf(tunnel, now), request)
  if (next.privateKey === null && !mayBeKeyless) return { errno: errno.EINVAL }
  const peers = mergePeers(tunnel.security.peers, next.peers, now)
  if (peers.length > mostPeers || next.peers.some(({ allowedIps }) => allowedIps.length > mostAllowedIps)) {
    return { errno: errno.E2BIG }
  }
  const transport = withDevice(tunnel.transport, next)
  const privateKey = next.privateKey ?? noPrivateKey
  const { previousPrivateKey: previous, ...rest } = tunnel.security
  const isSameKey = privateKey === rest.privateKey
  const security = {
    ...rest,
    privateKey,
    ...(isSameKey && previous !== undefined && { previousPrivateKey: previous }),
    peers,
  }
  return { tunnel: { ...tunnel, transport, security }, moved }
}

function withDevice(
  transport: TunnelConfig["transport"],
  { listenPort, firewallMark }: DeviceConfiguration,
): TunnelConfig["transport"] {
  // Where the only peer is called stands with the peer from now on.
  const { connect: _, listen, firewallMark: __, sourceAddress, ...rest } = transport
  const host = parseEndpoint(listen ?? "")?.host ?? sourceAddress ?? "::"
  return {
    ...rest,
    ...(listenPort !== 0 && { listen: formatEndpoint({ host, port: listenPort }) }),
    ...(listenPort === 0 && sourceAddress !== undefined && { sourceAddress }),
    ...(firewallMark !== 0 && { firewallMark }),
  }
}

/** Peers keep their order and, beside what the protocol knows, what they are; new ones come last. */
function mergePeers(
  before: readonly WireguardPeer[],
  device: readonly PeerConfiguration[],
  now: number,
): WireguardPeer[] {
  const told = new Map(device.map((peer) => [peer.publicKey, peer]))
  const owned = new Set(device.flatMap(({ allowedIps }) => allowedIps))
  const names = new Set(before.map(({ name }) => name))
  const peers = before.flatMap((peer) => {
    const wanted = told.get(peer.publicKey)
    told.delete(peer.publicKey)
    if (wanted !== undefined) return [mergePeer(peer, wanted, now)]
    if (isLetIn(peer, now)) return [] // it was removed
    return [{ ...peer, allowedIps: peer.allowedIps.filter((network) => !owned.has(network)) }]
  })
  for (const wanted of told.values()) {
    const name = peerNameOf(wanted.publicKey, names)
    names.add(name)
    peers.push(mergePeer({ name }, wanted, now))
  }
  return peers
}

function mergePeer(
  { name, expiresAt }: Pick<WireguardPeer, "name" | "expiresAt">,
  { publicKey, presharedKey, endpoint, keepaliveSeconds, allowedIps }: PeerConfiguration,
  now: number,
): WireguardPeer {
  return {
    name,
    publicKey,
    ...(presharedKey !== null && { presharedKey }),
    allowedIps: [...allowedIps],
    ...(endpoint !== null && { endpoint }),
    keepaliveSeconds,
    enabled: true,
    ...(expiresAt !== undefined && now < expiresAt && { expiresAt }),
  }
}
