import {
  type ClearPeer,
  type InterfaceView,
  networkOf,
  parsePrefix,
  type TunnelView,
  type WireguardPeerView,
} from "@tundeck/shared"
import { tunnelPeer } from "../../../lib/tunnel-peer.ts"

/** What the map draws below each other: one row a tunnel, and in it one end for each peer that has room. */

export type MapDevice = Pick<InterfaceView, "name" | "kind" | "addresses" | "routes" | "actual">
export type MapTunnel = Pick<
  TunnelView,
  "id" | "name" | "interface" | "state" | "transport" | "security" | "remote" | "peersConnected" | "faulty" | "insecure"
>

export type EndContent =
  | { kind: "peer"; address: string; name: string | undefined }
  /** Peers of a hub that have no box of their own; `isRest`: beside others that have. */
  | { kind: "peers"; count: number; isRest: boolean }

export interface End {
  id: string
  content: EndContent
  networks: string[]
}

export interface Row {
  name: string
  device: MapDevice | undefined
  tunnel: MapTunnel | undefined
  ends: End[]
}

const mostEnds = 4

/**
 * One row a tunnel, under its interface; interfaces without one come last. What is not well is drawn first when room is short, and hubs
 * share the room that is left for more than one end each.
 */
export function rowsOf(
  devices: readonly MapDevice[],
  tunnels: readonly MapTunnel[],
  room: number,
): { rows: Row[]; left: number } {
  const urgency = (tunnel: MapTunnel) => ["failed", "reconnecting", "connecting", "up", "stopped"].indexOf(tunnel.state)
  const chosen = tunnels.length <= room ? tunnels : tunnels.toSorted((a, b) => urgency(a) - urgency(b)).slice(0, room)
  const byName = new Map(devices.map((device) => [device.name, device]))
  let spare = room - chosen.length
  const rows: Row[] = chosen
    .toSorted((a, b) => a.interface.localeCompare(b.interface, "en", { numeric: true }))
    .map((tunnel) => {
      const device = byName.get(tunnel.interface)
      const ends = endsOf(tunnel, device, Math.min(mostEnds, 1 + spare))
      spare -= ends.length - 1
      return { name: tunnel.interface, device, tunnel, ends }
    })
  const used = new Set(tunnels.map((tunnel) => tunnel.interface))
  const free = devices.filter(({ name }) => !used.has(name)).slice(0, spare)
  return {
    rows: [...rows, ...free.map((device) => ({ name: device.name, device, tunnel: undefined, ends: [] }))],
    left: tunnels.length - chosen.length,
  }
}

function endsOf(tunnel: MapTunnel, device: MapDevice | undefined, room: number): End[] {
  const peers: MapPeer[] | undefined = tunnel.security.peers?.filter(({ enabled }) => enabled)
  if (peers === undefined) {
    const address = tunnelPeer(tunnel)
    const content = { kind: "peer", address, name: undefined } as const
    return [{ id: `peer ${address}`, content, networks: networksBehind(device, tunnel) }]
  }
  const alone = peers.length <= room ? peers : peers.slice(0, room - 1)
  const rest = peers.length - alone.length
  if (rest === 0 && alone.length > 0) return alone.map(peerEnd)
  const content = { kind: "peers", count: rest, isRest: alone.length > 0 } as const
  return [...alone.map(peerEnd), { id: `peers ${tunnel.id}`, content, networks: [] }]
}

/** One of a hub's. The same address, or the same key, is the same end for every tunnel that has it. */
type MapPeer = Pick<WireguardPeerView, "publicKey" | "name" | "endpoint" | "allowedIps"> | ClearPeer

function peerEnd(peer: MapPeer): End {
  const [id, address] = "publicKey" in peer ? [peer.publicKey, peer.endpoint ?? ""] : [peer.address, peer.address]
  return { id: `peer ${id}`, content: { kind: "peer", address, name: peer.name }, networks: peer.allowedIps ?? [] }
}

/** What can be reached through the peer: what it may send from, else the interface's routes, else its own networks. */
export function networksBehind(
  device: Pick<MapDevice, "addresses" | "routes"> | undefined,
  { security }: Pick<MapTunnel, "security">,
): string[] {
  const { allowedIps = [] } = security.kind === "none" ? security : {}
  if (allowedIps.length > 0) return allowedIps
  const routes = device?.routes.map(({ destination }) => destination) ?? []
  if (routes.length > 0) return routes
  return (device?.addresses ?? []).flatMap((address) => {
    const prefix = parsePrefix(address)
    return prefix === undefined ? [] : [networkOf(prefix)]
  })
}
