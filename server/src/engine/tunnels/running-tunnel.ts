import {
  formatEndpoint,
  ipFamily,
  largestSimpletunFrame,
  Problem,
  parseEndpoint,
  type TunnelConfig,
  type TunnelPeerStatus,
  type TunnelReason,
  type TunnelState,
  type TunnelStatus,
} from "@tundeck/shared"
import type { Attachment } from "../ports.ts"
import { createCounters, readCounters, readPeerCounters } from "../relay/counters.ts"
import type { RelayCapture, RelayPeers } from "../relay/messages.ts"
import { EventBudget } from "./event-budget.ts"
import { createIdleRing } from "./packet-feed.ts"
import { isWireguardPeer, type PlacedPeer, Places } from "./places.ts"
import { endpointOf, isWireguard } from "./wireguard-device.ts"
import type { RelayWorker } from "./worker-pool.ts"

/** A tunnel that was asked to run, as the control thread knows it. */
export interface RunningTunnel {
  config: TunnelConfig
  counters: SharedArrayBuffer
  ring: SharedArrayBuffer
  capture: RelayCapture | null
  /** What the worker last said. */
  state: TunnelState
  reason: TunnelReason | null
  since: number
  /** The largest inner packet that the transport carries in one piece. */
  pathPacket: number | null
  /** Why there is no device now: it overrides what the worker says. */
  deviceReason: TunnelReason | null
  attachment: Attachment | undefined
  /** undefined until the device could be attached for the first time, and after the worker has died. */
  worker: RelayWorker | undefined
  mtu: number
  /** Of wireguard: the port that it has; 0: none yet. */
  port: number
  places: Places
  /** What the worker knows of them. */
  peers: RelayPeers
  events: EventBudget
  /** Set once it shall end: who waits for the worker to let go, and what starts in its place then. */
  ending: { waiting: (() => void)[]; next: TunnelConfig | undefined } | undefined
}

export function createRunningTunnel(config: TunnelConfig): RunningTunnel {
  const counters = createCounters(isHub(config))
  const places = new Places(config, peerText(config))
  places.set(config, counters)
  return {
    config,
    counters,
    ring: createIdleRing(),
    capture: null,
    state: "connecting",
    reason: null,
    since: Date.now(),
    pathPacket: null,
    deviceReason: null,
    attachment: undefined,
    worker: undefined,
    mtu: 0,
    port: 0,
    places,
    peers: [],
    events: new EventBudget(),
    ending: undefined,
  }
}

export function statusOf(tunnel: RunningTunnel): TunnelStatus {
  const { config, deviceReason, since, places } = tunnel
  return {
    id: config.id,
    state: deviceReason === null ? tunnel.state : "failed",
    reason: deviceReason ?? tunnel.reason,
    since,
    remote: isHub(config) && !hasOnePeer(config) ? null : (places.all.find((one) => one !== null)?.remote ?? null),
    peersConnected: places.connected,
    largestPacket: largestPacketOf(tunnel),
    stats: readCounters(tunnel.counters, hasOnePeer(config)),
  }
}

/** What a person reads of the path counts the packet as the MTU does: without an Ethernet header. */
export function largestPacketOf({ config, pathPacket, attachment }: RunningTunnel): number | null {
  if (pathPacket === null || attachment === undefined) return null
  const mtu = attachment.kind === "tap" ? pathPacket - ethernetHeader : pathPacket
  const { transport, security } = config
  return security.kind === "none" && transport.kind === "tcp" && transport.framing !== "trains"
    ? Math.min(mtu, largestSimpletunFrame)
    : Math.min(mtu, largestMtu)
}

const ethernetHeader = 18 // with a VLAN tag
const largestMtu = 65_535

export function peersOf({ config, places, counters }: RunningTunnel): TunnelPeerStatus[] {
  return places.all.flatMap((placed, place): TunnelPeerStatus[] => {
    if (placed === null) return []
    const { peer, remote, since } = placed
    const { name, enabled } = peer
    const counted = readPeerCounters(counters, place)
    const common = { name, enabled, connected: remote !== null, remote, since, ...counted }
    if (!isWireguardPeer(peer)) return [{ ...common, address: peer.address, ...clearText }]
    const { publicKey, expiresAt = null } = peer
    const { heardAt, lastHandshakeAt, carrier, isTundeck } = placed
    const cipher = remote === null ? null : placed.cipher
    const known = { publicKey, endpoint: currentEndpoint(config, placed), lastHandshakeAt, carrier, cipher, isTundeck }
    return [{ ...common, address: heardAt ?? "", ...known, expiresAt }]
  })
}

/** Where a wireguard peer is sent to now: where it was heard last, or is told to be; null: not known. */
export function currentEndpoint(config: TunnelConfig, { peer, heardAt, resolved }: PlacedPeer): string | null {
  if (heardAt !== null) return heardAt
  const [found] = resolved
  if (found !== undefined) return formatEndpoint({ host: found.address, port: found.port })
  const told = isWireguard(config) && isWireguardPeer(peer) ? endpointOf(config, peer) : null
  return told !== null && ipFamily(parseEndpoint(told)?.host ?? "") !== undefined ? told : null
}

/** What a clear-text peer has not. */
const clearText = {
  publicKey: null,
  endpoint: null,
  lastHandshakeAt: null,
  carrier: null,
  cipher: null,
  isTundeck: null,
  expiresAt: null,
} as const

/** It has many peers, or may have: every wireguard tunnel may. */
export function isHub({ security }: TunnelConfig): boolean {
  return security.peers !== undefined
}

/** A wireguard tunnel that looks as if it led from point to point. */
export function hasOnePeer({ security }: TunnelConfig): boolean {
  return security.kind === "wireguard" && security.peers.length === 1
}

/** Another interface, a hub that becomes none, or clear text that is encrypted makes a running tunnel another one; all else changes while it runs. */
export function isSameRelay(a: TunnelConfig, b: TunnelConfig): boolean {
  return a.interface === b.interface && isHub(a) === isHub(b) && a.security.kind === b.security.kind
}

export function isSame(a: object | undefined, b: object | undefined): boolean {
  const sorted = (value: object | undefined) => JSON.stringify(Object.entries(value ?? {}).sort())
  return sorted(a) === sorted(b)
}

/** Who is at the other end, for people. */
export function peerText({ transport }: TunnelConfig): string {
  const remote = parseEndpoint(transport.connect ?? "")
  return remote === undefined ? (transport.peer ?? "") : formatEndpoint(remote)
}

const reasonOfProblem: Partial<Record<Problem["code"], TunnelReason["code"]>> = {
  "interface-not-found": "interface-missing",
  "interface-held": "interface-held",
  "interface-mismatch": "interface-mismatch",
  "device-missing": "device-denied",
  "device-denied": "device-denied",
  "capability-missing": "device-denied",
}

export function deviceReasonOf(error: unknown): TunnelReason {
  if (!(error instanceof Problem)) return { code: "system-error", detail: String(error) }
  return { code: reasonOfProblem[error.code] ?? "system-error", detail: error.message }
}
