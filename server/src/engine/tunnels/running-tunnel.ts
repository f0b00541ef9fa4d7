import {
  formatEndpoint,
  ipFamily,
  Problem,
  parseEndpoint,
  type TunnelConfig,
  type TunnelReason,
  type TunnelState,
  type TunnelStatus,
} from "@tundeck/shared"
import type { Attachment, InterfaceFacts } from "../ports.ts"
import { createCounters, readCounters } from "../relay/counters.ts"
import type { RelayDevice, RelaySpec, RelayTransport } from "../relay/messages.ts"
import { allowedSources } from "./allowed-sources.ts"
import { EventBudget } from "./event-budget.ts"
import { createIdleRing } from "./packet-feed.ts"
import type { RelayWorker } from "./worker-pool.ts"

/** A tunnel that was asked to run, as the control thread knows it. */
export interface RunningTunnel {
  config: TunnelConfig
  counters: SharedArrayBuffer
  ring: SharedArrayBuffer
  /** What the worker last said. */
  state: TunnelState
  reason: TunnelReason | null
  remote: string | null
  since: number
  /** Why there is no device now: it overrides what the worker says. */
  deviceReason: TunnelReason | null
  attachment: Attachment | undefined
  /** undefined until the device could be attached for the first time, and after the worker has died. */
  worker: RelayWorker | undefined
  limits: { mtu: number; allowed: string[] | null }
  events: EventBudget
  /** Set once it shall end: who waits for the worker to let go, and what starts in its place then. */
  ending: { waiting: (() => void)[]; next: TunnelConfig | undefined } | undefined
}

export function createRunningTunnel(config: TunnelConfig): RunningTunnel {
  return {
    config,
    counters: createCounters(),
    ring: createIdleRing(),
    state: "connecting",
    reason: null,
    remote: null,
    since: Date.now(),
    deviceReason: null,
    attachment: undefined,
    worker: undefined,
    limits: { mtu: 0, allowed: null },
    events: new EventBudget(),
    ending: undefined,
  }
}

export function statusOf(tunnel: RunningTunnel): TunnelStatus {
  const { config, deviceReason, since } = tunnel
  return {
    id: config.id,
    state: deviceReason === null ? tunnel.state : "failed",
    reason: deviceReason ?? tunnel.reason,
    since,
    remote: tunnel.remote,
    peersConnected: tunnel.state === "up" ? 1 : 0,
    largestPacket: null,
    stats: readCounters(tunnel.counters),
  }
}

export function limitsOf(config: TunnelConfig, facts: InterfaceFacts): RunningTunnel["limits"] {
  return { mtu: facts.mtu, allowed: allowedSources(config, facts) }
}

export function relayDevice(attachment: Attachment): RelayDevice {
  const { fd, packetInfo, vnetHeader, mtu } = attachment
  return { fd, packetInfo, vnetHeader, mtu }
}

export function relaySpec(tunnel: RunningTunnel, attachment: Attachment): RelaySpec {
  return {
    id: tunnel.config.id,
    link: attachment.kind === "tun" ? "ip" : "ethernet",
    device: relayDevice(attachment),
    transport: relayTransport(tunnel.config),
    allowed: tunnel.limits.allowed,
    counters: tunnel.counters,
    ring: tunnel.ring,
  }
}

function relayTransport({ transport }: TunnelConfig): RelayTransport {
  const local = parseEndpoint(transport.listen ?? "")
  if (local !== undefined && transport.peer !== undefined) {
    return { role: "listen", local: { address: local.host, port: local.port }, peer: transport.peer }
  }
  const remote = parseEndpoint(transport.connect ?? "")
  if (remote === undefined) throw new Problem("validation-failed", "A tunnel listens for one peer, or calls one.")
  const named = ipFamily(remote.host) === undefined
  return { role: "connect", named, remotes: named ? [] : [{ address: remote.host, port: remote.port }] }
}

/** Only these make a running tunnel another one; a name or autostart does not. */
export function isSameRelay(a: TunnelConfig, b: TunnelConfig): boolean {
  const essence = ({ interface: name, transport, security }: TunnelConfig) =>
    JSON.stringify([name, Object.entries(transport).sort(), Object.entries(security).sort()])
  return essence(a) === essence(b)
}

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
