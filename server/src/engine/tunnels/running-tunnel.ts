import {
  clearPeersOf,
  formatEndpoint,
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
import type { RelayPeers } from "../relay/messages.ts"
import { EventBudget } from "./event-budget.ts"
import { createIdleRing } from "./packet-feed.ts"
import { Places } from "./places.ts"
import type { RelayWorker } from "./worker-pool.ts"

/** A tunnel that was asked to run, as the control thread knows it. */
export interface RunningTunnel {
  config: TunnelConfig
  counters: SharedArrayBuffer
  ring: SharedArrayBuffer
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
  places: Places
  /** What the worker knows of them. */
  peers: RelayPeers
  events: EventBudget
  /** Set once it shall end: who waits for the worker to let go, and what starts in its place then. */
  ending: { waiting: (() => void)[]; next: TunnelConfig | undefined } | undefined
}

export function createRunningTunnel(config: TunnelConfig): RunningTunnel {
  const counters = createCounters(config.security.peers !== undefined)
  const places = new Places(config, peerText(config))
  places.set(clearPeersOf(config.security) ?? [], counters)
  return {
    config,
    counters,
    ring: createIdleRing(),
    state: "connecting",
    reason: null,
    since: Date.now(),
    pathPacket: null,
    deviceReason: null,
    attachment: undefined,
    worker: undefined,
    mtu: 0,
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
    remote: isHub(config) ? null : (places.at(0)?.remote ?? null),
    peersConnected: places.connected,
    largestPacket: largestPacketOf(tunnel),
    stats: readCounters(tunnel.counters),
  }
}

/** What a person reads of the path counts the packet as the MTU does: without an Ethernet header. */
export function largestPacketOf({ config, pathPacket, attachment }: RunningTunnel): number | null {
  if (pathPacket === null || attachment === undefined) return null
  const mtu = attachment.kind === "tap" ? pathPacket - ethernetHeader : pathPacket
  return config.transport.kind === "tcp" && config.transport.framing !== "trains"
    ? Math.min(mtu, largestSimpletunFrame)
    : Math.min(mtu, largestMtu)
}

const ethernetHeader = 18 // with a VLAN tag
const largestMtu = 65_535

export function peersOf({ places, counters }: RunningTunnel): TunnelPeerStatus[] {
  return places.all.flatMap((placed, place) => {
    if (placed === null) return []
    const { peer, remote, since } = placed
    const { name, address, enabled } = peer
    const connected = remote !== null
    return [{ name, address, enabled, connected, remote, since, ...clearText, ...readPeerCounters(counters, place) }]
  })
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

export function isHub({ security }: TunnelConfig): boolean {
  return security.peers !== undefined
}

/** Another interface, or a hub that becomes none, makes a running tunnel another one; all else changes while it runs. */
export function isSameRelay(a: TunnelConfig, b: TunnelConfig): boolean {
  return a.interface === b.interface && isHub(a) === isHub(b)
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
