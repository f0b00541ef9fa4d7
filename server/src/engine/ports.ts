import type { KernelCall } from "@tundeck/native-bindings"
import type {
  CaptureRequest,
  Counted,
  EngineInjection,
  Injected,
  MacEntry,
  NewHostEvent,
  PacketBatch,
  TunnelConfig,
  TunnelPeerStatus,
  TunnelReconfigured,
  TunnelStats,
  TunnelStatus,
  Watch,
} from "@tundeck/shared"
import type { CaptureSource } from "../engine-rpc/serve-captures.ts"
import type { CallContext } from "./system-calls/call-log.ts"

/** What the parts of the engine ask of each other: interfaces (the control thread's devices) and tunnels (the relay's manager). */

/** An open fd on an interface. It belongs to the caller until `detach`. */
export interface Attachment {
  /** Non-blocking and close-on-exec. Never close it yourself: `detach` does, on the control thread. */
  fd: number
  kind: "tun" | "tap"
  /** Four bytes of flags and protocol stand before each packet. */
  packetInfo: boolean
  /** A virtio header stands before each packet (behind the packet information, where both are on). */
  vnetHeader: boolean
  mtu: number
  /** tap only. */
  mac: string | null
}

export interface InterfaceFacts {
  kind: "tun" | "tap"
  mtu: number
  mac: string | null
  up: boolean
  /** address/length, as the kernel says now. */
  addresses: string[]
  routes: { destination: string; gateway?: string | undefined; metric?: number | undefined }[]
}

export interface Devices {
  /**
   * Attaches to an existing interface, with the flags of its wish or, for one that is not managed, those the kernel holds.
   * Throws Problem: interface-not-found, interface-held (naming the holder), interface-mismatch, device-missing,
   * device-denied, capability-missing.
   */
  attach(name: string): Attachment
  /** Gives an attachment back. The fd may be closed by then; a transient interface lives on. */
  detach(name: string, fd: number): void
  /** undefined: there is no such interface now. */
  facts(name: string): InterfaceFacts | undefined
  /** Called with the name of each interface whose facts changed, came or went. Answers the way to end it. */
  onChange(listener: (name: string) => void): () => void
}

export interface TunnelManager {
  /** Starts, or changes a running one: its transport, peers and faults while it runs, another interface by a restart. Throws Problem for what cannot even be tried. */
  start(config: TunnelConfig): TunnelStatus
  /** Throws Problem tunnel-not-found. */
  stop(id: string): void | Promise<void>
  /** Running and failed ones. */
  list(): TunnelStatus[]
  /** What was counted since an earlier answer. */
  counted(since: number): Counted
  /** Throws Problem tunnel-not-running. */
  peers(id: string): TunnelPeerStatus[]
  /** What a hub over tap has learned. Throws Problem tunnel-not-running. */
  macs(id: string): Promise<MacEntry[]>
  /** What it is over, and what it counted so far. Throws Problem tunnel-not-running. */
  carried(id: string): { interface: string; mtu: number; stats: TunnelStats }
  /** Throws Problem tunnel-not-running, validation-failed, rate-limited. */
  inject(wanted: EngineInjection): Promise<Injected>
  /** Changes over configuration sockets that the panel has not taken. */
  reconfigurations(): TunnelReconfigured[]
  /** The panel has saved that change, and what came before it. */
  taken(id: string, revision: number): void
  watch(id: string, watch: Watch): void
  /** Throws Problem tunnel-not-running, capture-off. */
  capture(request: CaptureRequest): CaptureSource
  /** The interface was deleted and made anew, or its attachment no longer holds: attach again. */
  interfaceChanged(name: string): void
  /** Stops all. */
  close(): void | Promise<void>
}

export interface TunnelManagerOptions {
  devices: Devices
  onStatus(status: TunnelStatus): void
  onEvent(event: NewHostEvent): void
  onPackets(batch: PacketBatch): void
  /** A relay worker made it, for one of the tunnels. */
  onKernelCall?(call: KernelCall, context: CallContext): void
  wireguard: WireguardOptions
}

export interface WireguardOptions {
  /** No handshake of this tunnel may bear an earlier time (TAI64N in nanoseconds). At most once a second. */
  onStamped(stamped: { id: string; stampedAfter: string }): void
  onReconfigured(report: TunnelReconfigured): void
  sockets: WireguardSocketMaker
  /** No panel keeps what is wanted: the configuration sockets alone say it. A tunnel need not have a private key. */
  isStandAlone: boolean
  settings?: WireguardSettings
}

/** For all tunnels of the engine. */
export interface WireguardSettings {
  /** When new keys are made under traffic; undefined: when the protocol says. */
  rekeyAfterMs: number | undefined
  /** Bits of what no peer is offered: relay/wireguard/tundeck/features.ts. */
  withheld: number
}

/** Makes the listening sockets of the WireGuard configuration protocol, by the interface's name. */
export interface WireguardSocketMaker {
  /** The fd is the caller's. EADDRINUSE: another program serves it. */
  open(name: string): { fd: number } | { errno: number }
  remove(name: string): void
}

/** What tunnels/tunnel-manager.ts exports as `createTunnelManager`. */
export type CreateTunnelManager = (options: TunnelManagerOptions) => TunnelManager
