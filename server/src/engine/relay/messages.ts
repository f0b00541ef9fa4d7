import type { TunnelReason, TunnelState } from "@tundeck/shared"

/** What the control thread and a relay worker say to each other over their MessagePort. */

/** Numeric addresses only: names are looked up on the control thread. */
export interface NumericEndpoint {
  address: string
  port: number
}

export type RelayTransport =
  | { role: "listen"; local: NumericEndpoint; peer: string }
  | {
      role: "connect"
      remotes: NumericEndpoint[] /** A name may have moved: ask for fresh addresses before each attempt. */
      named: boolean
    }

export interface RelayDevice {
  fd: number
  packetInfo: boolean
  vnetHeader: boolean
  mtu: number
}

export interface RelaySpec {
  id: string
  link: "ip" | "ethernet"
  device: RelayDevice
  transport: RelayTransport
  /** Inner sources that the peer may use, as networks; null for any. */
  allowed: string[] | null
  counters: SharedArrayBuffer
  ring: SharedArrayBuffer
}

export type ToWorker =
  | { type: "add"; spec: RelaySpec }
  | { type: "remove"; id: string }
  | { type: "device"; id: string; device: RelayDevice | null }
  | { type: "limits"; id: string; mtu: number; allowed: string[] | null }
  | { type: "ring"; id: string; ring: SharedArrayBuffer }
  /** Without any, `reason` says why. */
  | { type: "remotes"; id: string; remotes: NumericEndpoint[]; reason: TunnelReason | null }
  | { type: "close" }

export type FromWorker =
  | { type: "state"; id: string; state: TunnelState; reason: TunnelReason | null; remote: string | null }
  | { type: "removed"; id: string }
  | { type: "device-lost"; id: string; fd: number }
  /** The fd is no longer used by the worker: the control thread may give it back. */
  | { type: "device-released"; id: string; fd: number }
  | { type: "resolve"; id: string }
  | { type: "stranger"; id: string; address: string }
