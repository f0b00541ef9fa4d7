import type { TunnelFaults, TunnelReason, TunnelState } from "@tundeck/shared"

/** What the control thread and a relay worker say to each other over their MessagePort. */

/** Numeric addresses only: names are looked up on the control thread. */
export interface NumericEndpoint {
  address: string
  port: number
}

export type RelayEnds =
  | { role: "listen"; local: NumericEndpoint }
  | {
      role: "connect"
      remotes: NumericEndpoint[]
      /** A name may have moved: ask for fresh addresses before each attempt. */
      named: boolean
    }

export interface SocketWishes {
  sourceAddress?: string | undefined
  sourceInterface?: string | undefined
  firewallMark?: number | undefined
  dscp?: number | undefined
}

export interface RelayTransport {
  kind: "tcp" | "udp" | "icmp"
  framing: "simpletun" | "trains"
  ends: RelayEnds
  socket: SocketWishes
  clampMss: boolean
  isHub: boolean
}

export interface RelayDevice {
  fd: number
  packetInfo: boolean
  vnetHeader: boolean
  mtu: number
}

/** Who may be at the other end. */
export interface RelayPeer {
  /** Numeric, canonical; empty for the one that is called. */
  address: string
  /** Inner networks: on tun what is routed to it and may come from it, on tap what may come from it; null for any. */
  allowed: readonly string[] | null
  enabled: boolean
}

/** By place: those of a hub keep theirs while others come and go. One that calls, or waits for one peer, has place 0. */
export type RelayPeers = (RelayPeer | null)[]

export interface RelaySpec {
  id: string
  link: "ip" | "ethernet"
  device: RelayDevice
  transport: RelayTransport
  peers: RelayPeers
  faults: TunnelFaults | null
  counters: SharedArrayBuffer
  ring: SharedArrayBuffer
}

export type ToWorker =
  | { type: "add"; spec: RelaySpec }
  | { type: "remove"; id: string }
  | { type: "device"; id: string; device: RelayDevice | null }
  | { type: "mtu"; id: string; mtu: number }
  | { type: "peers"; id: string; peers: RelayPeers }
  /** Another one takes the place of the one that runs; the device stays as it is. */
  | { type: "transport"; id: string; transport: RelayTransport; peers: RelayPeers }
  | { type: "faults"; id: string; faults: TunnelFaults | null }
  | { type: "ring"; id: string; ring: SharedArrayBuffer }
  /** Without any, `reason` says why. */
  | { type: "remotes"; id: string; remotes: NumericEndpoint[]; reason: TunnelReason | null }
  | { type: "macs"; id: string; question: number }
  | { type: "close" }

/** `peer`: its place; null: this host. */
export interface LearnedMac {
  mac: string
  peer: number | null
  ageSeconds: number
}

export type FromWorker =
  | { type: "state"; id: string; state: TunnelState; reason: TunnelReason | null }
  | { type: "peer"; id: string; peer: number; remote: string | null }
  /** The largest inner packet that goes in one piece. */
  | { type: "path"; id: string; packet: number | null }
  | { type: "macs"; id: string; question: number; macs: LearnedMac[] }
  | { type: "removed"; id: string }
  | { type: "device-lost"; id: string; fd: number }
  /** The fd is no longer used by the worker: the control thread may give it back. */
  | { type: "device-released"; id: string; fd: number }
  | { type: "resolve"; id: string }
  | { type: "stranger"; id: string; address: string }
