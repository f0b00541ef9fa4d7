import { z } from "zod"
import { frameEnds, frameQuery } from "../compose/frame-ends.ts"
import { hostEvent } from "../model/event.ts"
import { endpoint } from "../model/fields.ts"
import { hostCheck } from "../model/host.ts"
import { engineInjection, injected } from "../model/injection.ts"
import { driftField, holder, interfaceActual, interfaceCreate, interfaceWanted } from "../model/interface.ts"
import { enginePathMtu, enginePing, engineTrace, pathMtuResult, pingResult, traceResult } from "../model/probe.ts"
import { systemCall, systemCallWish } from "../model/system-call.ts"
import { tunnelConfig, tunnelStatus } from "../model/tunnel.ts"
import { macEntry, tunnelPeerStatus } from "../model/tunnel-peer.ts"
import { stamp, wireguardConfig } from "../model/wireguard.ts"

/**
 * What the panel asks of the engine: JSON-RPC 2.0 over a UNIX stream socket (vscode-jsonrpc framing), one connection.
 * Parameters are one object or none; or, by position, these and why it is asked (`callCause`).
 * The engine checks every message again. A refusal is a ResponseError whose data is a problem document.
 *
 * The engine remembers nothing: on each connection the panel first sends `wanted.set` with all it wants. The engine
 * makes that so and lets running tunnels that did not change run on. When the panel goes away, all runs on.
 */

/** What becomes of a tunnel's packets: they come on the packet stream, the latest thousands are kept, or the latest few are. */
const watches = ["live", "resting", "off"] as const
export type Watch = (typeof watches)[number]

const nothing = z.null()
const named = z.strictObject({ name: z.string() })
const identified = z.strictObject({ id: z.string() })

export const interfaceObservation = z.object({ actual: interfaceActual, holders: z.array(holder) })

/** Every wish, with what could not be done: one failure does not keep the others from being done. */
export const wantedResult = z.object({
  failures: z.array(z.object({ subject: z.string(), detail: z.string() })),
})

/** A wireguard tunnel was changed over its configuration socket, and runs so. All that is not named here is as it was. */
const tunnelReconfigured = z.strictObject({
  id: z.string(),
  /** Of this tunnel, one more with each change: what the panel says that it has taken. */
  revision: z.int(),
  /** Whole. Peers that were added that way are named by `peerNameOf`. */
  security: wireguardConfig,
  /** Left out: as it was; null: any free port. */
  listen: endpoint.nullable().optional(),
  /** Left out: as it was; null: none. */
  firewallMark: z.int().min(1).max(0xffff_ffff).nullable().optional(),
})

/** Of a tunnel, or of one of the many peers of one: bytes, packets, drops, each outbound and inbound, since its counters began. */
const countedRow = z.object({
  id: z.string(),
  /** The public key of a wireguard peer, the name of another one. */
  peer: z.string().optional(),
  values: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  roundTripMs: z.number().nullable(),
  retransmissions: z.number().nullable(),
})

const counted = z.object({
  revision: z.number(),
  /** Left out while they are the same. */
  running: z.array(z.string()).optional(),
  rows: z.array(countedRow),
})

/** What the host has for itself, or reaches: an address with the length of its network, or a route of the main table. */
const hostNetwork = z.object({
  network: z.string(),
  kind: z.enum(["address", "route"]),
  interface: z.string().nullable(),
})

export const engineMethods = {
  "host.checks": { params: nothing, result: z.array(hostCheck) },
  /** Of all its interfaces, in this network namespace. */
  "host.networks": { params: nothing, result: z.array(hostNetwork) },
  /** The latest calls of the kernel that changed something, the oldest first. */
  "calls.list": { params: systemCallWish, result: z.array(systemCall) },
  "wanted.set": {
    params: z.strictObject({ interfaces: z.array(interfaceWanted), tunnels: z.array(tunnelConfig) }),
    result: wantedResult,
  },
  /** All tun and tap interfaces of the machine, ours or not. */
  "interface.list": { params: nothing, result: z.array(interfaceObservation) },
  /** One of them; null when there is none of this name. */
  "interface.read": { params: named, result: interfaceObservation.nullable() },
  /** Creates and brings it to the wish. On any failure nothing is left behind. Answers the whole wish, with the kernel's name. */
  "interface.create": { params: interfaceCreate, result: interfaceWanted },
  /** Makes an existing or lost interface as wanted (all fields, or those named); `renameFrom` renames first. Answers with the steps done, as `ip` would say them. */
  "interface.apply": {
    params: z.strictObject({
      wanted: interfaceWanted,
      fields: z.array(driftField).optional(),
      renameFrom: z.string().optional(),
    }),
    result: z.object({ steps: z.array(z.string()) }),
  },
  /** From now on the engine watches and heals it as wanted; nothing is changed. */
  "interface.manage": { params: interfaceWanted, result: nothing },
  /** The engine forgets it; the interface stays. */
  "interface.release": { params: named, result: nothing },
  "interface.delete": { params: named, result: nothing },
  /** Starts, or changes a running one: its transport, peers and faults while it runs, another interface by a restart. Answers when the attempt is under way, not when the peer is there. */
  "tunnel.start": { params: tunnelConfig, result: tunnelStatus },
  "tunnel.stop": { params: identified, result: nothing },
  /** The running ones (any state but stopped, and failed ones until they are stopped). */
  "tunnel.list": { params: nothing, result: z.array(tunnelStatus) },
  /** What changed since an earlier answer; `since` is that answer's revision, 0 for all. Cheap enough for once a second. */
  "tunnel.counted": { params: z.strictObject({ since: z.number() }), result: counted },
  "tunnel.peers": { params: identified, result: z.array(tunnelPeerStatus) },
  /** What a hub over tap has learned; empty for any other tunnel. */
  "tunnel.macs": { params: identified, result: z.array(macEntry) },
  /** The Ethernet addresses that a frame between two IP addresses bears. Nothing is sent to learn them. */
  "tunnel.frame": { params: frameQuery.extend({ id: z.string() }), result: frameEnds },
  /** Sends or delivers one packet as if it had come that way. */
  "tunnel.inject": { params: engineInjection, result: injected },
  /** Asks hosts behind a tunnel, from this host's own stack; the answer takes seconds, at most about 40. */
  "tunnel.ping": { params: enginePing, result: pingResult },
  "tunnel.trace": { params: engineTrace, result: traceResult },
  "tunnel.pathMtu": { params: enginePathMtu, result: pathMtuResult },
  /** Changes over configuration sockets that the panel has not said to have taken: asked for before `wanted.set`, which would undo them. */
  "tunnel.reconfigurations": { params: nothing, result: z.array(tunnelReconfigured) },
  /** The panel has saved the change; one that came after it is still to be taken. */
  "tunnel.reconfigured.taken": { params: z.strictObject({ id: z.string(), revision: z.int() }), result: nothing },
  /** A tunnel that goes live tells of the latest kept packets first, and after a rest how many were not kept. */
  "tunnel.watch": { params: z.strictObject({ id: z.string(), watch: z.enum(watches) }), result: nothing },
} as const

export type EngineMethod = keyof typeof engineMethods
export type EngineParams<M extends EngineMethod> = z.input<(typeof engineMethods)[M]["params"]>
export type EngineResult<M extends EngineMethod> = z.infer<(typeof engineMethods)[M]["result"]>

export const engineNotifications = {
  /** Something about the machine's interfaces changed: read the list again. At most a few a second. */
  "interfaces.changed": z.null(),
  "tunnel.changed": tunnelStatus,
  /** The latest time that a handshake of ours bore, TAI64N in nanoseconds; at most once a second. The engine itself never goes back, whatever a later config says. */
  "tunnel.stamped": z.object({ id: z.string(), stampedAfter: stamp }),
  "tunnel.reconfigured": tunnelReconfigured,
  event: hostEvent.omit({ id: true, capture: true }),
} as const

export type EngineNotification = keyof typeof engineNotifications
export type Counted = z.infer<typeof counted>
export type CountedRow = z.infer<typeof countedRow>
export type TunnelReconfigured = z.infer<typeof tunnelReconfigured>
export type HostNetwork = z.infer<typeof hostNetwork>
export type InterfaceObservation = z.infer<typeof interfaceObservation>

/** Of captures, too. */
export function captureSocketPath(engineSocket: string): string {
  return `${engineSocket}.capture`
}

/** The packet stream's own socket stands beside the engine's. */
export function packetSocketPath(engineSocket: string): string {
  return `${engineSocket}.packets`
}
