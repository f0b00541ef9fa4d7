import {
  type ClearPeer,
  clearPeersOf,
  formatEndpoint,
  type interfaceCreate,
  type TunnelView,
  type tunnelCreate,
  type tunnelPatch,
} from "@tundeck/shared"
import type { z } from "zod"
import { networkList } from "./networks.ts"
import { type PeerValues, type TunnelFormValues, valuesOf } from "./values.ts"

type TunnelBody = z.input<typeof tunnelCreate> & { security: SecurityBody }
type SecurityBody = NonNullable<z.input<typeof tunnelCreate>["security"]>
type PatchBody = z.input<typeof tunnelPatch>
type InterfaceBody = z.input<typeof interfaceCreate>

/** POST /tunnels, over `interfaceName`: the chosen interface, or the one that was made for it. */
export function tunnelBody(values: TunnelFormValues, interfaceName: string): TunnelBody {
  return {
    name: values.name.trim(),
    interface: interfaceName,
    transport: transportBody(values),
    security: securityBody(values),
    autostart: values.autostart,
  }
}

function transportBody(values: TunnelFormValues): TunnelBody["transport"] {
  const { security, transport } = values
  const body: TunnelBody["transport"] = { kind: transport, ...endsBody(values), ...moreBody(values) }
  if (security === "none") {
    if (transport === "tcp" && values.framing === "trains") body.framing = "trains"
    if (values.allowPublicPeer) body.allowPublicPeer = true
  } else if (transport === "udp" && values.fallback) {
    body.fallback = true
  }
  return body
}

function endsBody({ security, role, ...values }: TunnelFormValues): {
  listen?: string
  connect?: string
  peer?: string
} {
  const port = Number(values.port)
  const peer = values.peer.trim()
  const listen = formatEndpoint({ host: values.listenAddress.trim(), port })
  if (security === "wireguard") {
    return { ...(String(values.port).trim() !== "" && { listen }), ...(peer !== "" && { connect: peer }) }
  }
  return {
    connect: { connect: formatEndpoint({ host: peer, port }) },
    listen: { listen, peer },
    hub: { listen },
  }[role]
}

function moreBody({ security, role, more }: TunnelFormValues): Partial<TunnelBody["transport"]> {
  const { sourceAddress, sourceInterface, firewallMark, dscp, clampMss } = more
  const body: Partial<TunnelBody["transport"]> = {}
  const calls = security === "none" && role === "connect"
  if (calls && sourceAddress.trim() !== "") body.sourceAddress = sourceAddress.trim()
  if (sourceInterface.trim() !== "") body.sourceInterface = sourceInterface.trim()
  const mark = markOf(firewallMark)
  if (mark !== undefined) body.firewallMark = mark
  if (dscp !== "") body.dscp = Number(dscp)
  if (clampMss) body.clampMss = true
  return body
}

/** A wireguard tunnel gets its key from the panel and its peers in a place of their own; what is left out stays. */
function securityBody({ security, role, peers, more }: TunnelFormValues): SecurityBody {
  if (security === "wireguard") return { kind: "wireguard" }
  if (role === "hub") return { kind: "none", peers: peers.map(peerBody) }
  const allowedIps = networkList(more.allowed)
  return allowedIps.length === 0 ? { kind: "none" } : { kind: "none", allowedIps }
}

/** One peer of a hub. Without networks the field is left out: on tap that is any source. */
export function peerBody({ name, address, allowed, enabled }: PeerValues): ClearPeer {
  const allowedIps = networkList(allowed)
  const peer = { name: name.trim(), address: address.trim(), enabled }
  return allowedIps.length === 0 ? peer : { ...peer, allowedIps }
}

/** A firewall mark as people write it, decimal or hex; undefined for none, NaN for what is no number. */
export function markOf(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === "") return undefined
  return /^(0x[0-9a-f]+|\d+)$/i.test(trimmed) ? Number(trimmed) : Number.NaN
}

/** What is left of 1,500 bytes for a packet that WireGuard carries in one datagram, over IPv6 too. */
const wireguardMtu = 1420

/** POST /interfaces for the interface that is made in the same step; without a name the kernel picks one. */
export function interfaceBody({ newInterface, security, transport }: TunnelFormValues): InterfaceBody {
  const { name, kind, address } = newInterface
  const body: InterfaceBody = { kind, addresses: address.trim() === "" ? [] : [address.trim()] }
  if (name.trim() !== "") body.name = name.trim()
  if (security === "wireguard" && transport !== "tcp") body.mtu = wireguardMtu
  return body
}

/**
 * PATCH /tunnels/{id}: only what the form changed, so that peers and transport which someone else changed meanwhile stay. A hub's
 * peers have a place of their own and are none of the form's.
 */
export function patchBody(values: TunnelFormValues, tunnel: TunnelView): PatchBody {
  const before = tunnelBody(valuesOf(tunnel), tunnel.interface)
  const after = tunnelBody(values, values.interface)
  const patch: PatchBody = {}
  if (after.name !== before.name) patch.name = after.name
  if (after.interface !== before.interface) patch.interface = after.interface
  if (!same(after.transport, before.transport)) patch.transport = after.transport
  const stillHub = values.security === "none" && values.role === "hub" && clearPeersOf(tunnel.security) !== undefined
  if (!stillHub && !same(after.security, before.security)) patch.security = after.security
  if (after.autostart !== before.autostart) patch.autostart = values.autostart
  return patch
}

const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b)
