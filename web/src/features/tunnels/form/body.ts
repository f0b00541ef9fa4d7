import {
  type ClearPeer,
  formatEndpoint,
  type interfaceCreate,
  type TunnelView,
  type tunnelCreate,
  type tunnelPatch,
} from "@tundeck/shared"
import type { z } from "zod"
import { networkList } from "./networks.ts"
import { type PeerValues, type TunnelFormValues, valuesOf } from "./values.ts"

type TunnelBody = z.input<typeof tunnelCreate> & { security: ClearText }
type ClearText = Extract<z.input<typeof tunnelCreate>["security"], { kind: "none" }>
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
  const port = Number(values.port)
  const peer = values.peer.trim()
  const listen = formatEndpoint({ host: values.listenAddress.trim(), port })
  const ends = {
    connect: { connect: formatEndpoint({ host: peer, port }) },
    listen: { listen, peer },
    hub: { listen },
  }[values.role]
  const { sourceAddress, sourceInterface, firewallMark, dscp, clampMss } = values.more
  const body: TunnelBody["transport"] = { kind: values.transport, ...ends }
  if (values.transport === "tcp" && values.framing === "trains") body.framing = "trains"
  if (values.role === "connect" && sourceAddress.trim() !== "") body.sourceAddress = sourceAddress.trim()
  if (sourceInterface.trim() !== "") body.sourceInterface = sourceInterface.trim()
  const mark = markOf(firewallMark)
  if (mark !== undefined) body.firewallMark = mark
  if (dscp !== "") body.dscp = Number(dscp)
  if (clampMss) body.clampMss = true
  if (values.allowPublicPeer) body.allowPublicPeer = true
  return body
}

function securityBody({ role, peers, more }: TunnelFormValues): ClearText {
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

/** POST /interfaces for the interface that is made in the same step; without a name the kernel picks one. */
export function interfaceBody({ newInterface: { name, kind, address } }: TunnelFormValues): InterfaceBody {
  const body: InterfaceBody = { kind, addresses: address.trim() === "" ? [] : [address.trim()] }
  if (name.trim() !== "") body.name = name.trim()
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
  const stillHub = values.role === "hub" && tunnel.security.peers !== undefined
  if (!stillHub && !same(after.security, before.security)) patch.security = after.security
  if (after.autostart !== before.autostart) patch.autostart = values.autostart
  return patch
}

const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b)
