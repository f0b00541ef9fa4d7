import type { KernelCall } from "@tundeck/native-bindings"
import type { CallCause, Direction, Injected, TunnelFaults, TunnelReason, TunnelState } from "@tundeck/shared"
import type { Answered } from "./responder/answered-addresses.ts"

/** What the control thread and a relay worker say to each other over their MessagePort. */

/** Numeric addresses only: names are looked up on the control thread. */
export interface NumericEndpoint {
  address: string
  port: number
}

/** Of a transport in clear text: it waits for its peers, or calls one. */
export type ClearEnds =
  | { role: "listen"; local: NumericEndpoint }
  | {
      role: "connect"
      remotes: NumericEndpoint[]
      /** A name may have moved: ask for fresh addresses before each attempt. */
      named: boolean
    }

/** `open`: of WireGuard, which both waits and calls. Whom it calls stands with each peer; `local` null: any free port. */
export type RelayEnds = ClearEnds | { role: "open"; local: NumericEndpoint | null }

export interface SocketWishes {
  sourceAddress?: string | undefined
  sourceInterface?: string | undefined
  firewallMark?: number | undefined
  dscp?: number | undefined
}

/** What seals the packets that are sent to a peer. */
export type DataCipher = "chacha20-poly1305" | "aes-256-gcm"

/** What moves the packets, or the messages that they are sealed in. */
export type Carrier = "tcp" | "udp" | "icmp"

export interface RelayTransport<Ends extends RelayEnds = RelayEnds> {
  kind: Carrier
  framing: "simpletun" | "trains"
  ends: Ends
  socket: SocketWishes
  clampMss: boolean
  isHub: boolean
  /** WireGuard over udp: tcp on the same port number when a peer cannot be reached, and back as soon as it can. */
  fallback: boolean
}

export type ClearTransport = RelayTransport<ClearEnds>

/** No other end: what comes out of the device is answered here. */
export interface ResponderTransport {
  kind: "responder"
  clampMss: false
  isHub: false
}

export type AnyRelayTransport = RelayTransport | ResponderTransport

export type RelaySecurity =
  | { kind: "none" }
  | {
      kind: "wireguard"
      /** 32 bytes. */
      privateKey: Uint8Array
      /** The one before a rotation: peers that know no other are answered by it. */
      previousPrivateKey: Uint8Array | null
      /** No initiation bears an earlier time: TAI64N, in nanoseconds. */
      stampedAfter: bigint
    }

export interface RelayDevice {
  fd: number
  packetInfo: boolean
  vnetHeader: boolean
  mtu: number
}

/** What a peer is by WireGuard. */
export interface WireGuardPeer {
  /** 32 bytes, as is the other one. */
  publicKey: Uint8Array
  presharedKey: Uint8Array | null
  /** 0: none. */
  keepaliveSeconds: number
  /** Unix ms. */
  expiresAt: number | null
  /** Where it is called; none: it calls, or its name is still to be looked up. */
  remotes: NumericEndpoint[]
  /** It is called by a name, which may have moved. */
  named: boolean
}

/** Who may be at the other end. */
export interface RelayPeer {
  /** Numeric, canonical; empty for the one that is called, and for one that is known by its key. */
  address: string
  /** Inner networks: on tun what is routed to it and may come from it, on tap what may come from it; null for any. */
  allowed: readonly string[] | null
  enabled: boolean
  wireguard?: WireGuardPeer
  /** Of a responder: whom it answers for. */
  answered?: Answered
}

/** By place: those of a hub keep theirs while others come and go. One that calls, or waits for one peer, has place 0. */
export type RelayPeers = (RelayPeer | null)[]

export interface RelayCapture {
  ring: SharedArrayBuffer
  /** Bytes that are kept of a packet; 0: all of them. */
  snapLength: number
}

export interface RelaySpec {
  id: string
  link: "ip" | "ethernet"
  device: RelayDevice
  transport: AnyRelayTransport
  security: RelaySecurity
  peers: RelayPeers
  faults: TunnelFaults | null
  counters: SharedArrayBuffer
  ring: SharedArrayBuffer
  capture: RelayCapture | null
}

export type ToWorker =
  | { type: "add"; spec: RelaySpec }
  | { type: "remove"; id: string }
  | { type: "device"; id: string; device: RelayDevice | null }
  | { type: "mtu"; id: string; mtu: number }
  | { type: "peers"; id: string; peers: RelayPeers }
  /** Another one takes the place of the one that runs; the device stays as it is. */
  | { type: "transport"; id: string; transport: AnyRelayTransport; peers: RelayPeers }
  /** Other keys of this host's; the kind stays. */
  | { type: "security"; id: string; security: RelaySecurity }
  | { type: "faults"; id: string; faults: TunnelFaults | null }
  | { type: "ring"; id: string; ring: SharedArrayBuffer }
  | { type: "capture"; id: string; capture: RelayCapture | null }
  /** The answer to `resolve`, for the same peer. Without any, `reason` says why. */
  | { type: "remotes"; id: string; remotes: NumericEndpoint[]; reason: TunnelReason | null; peer?: number }
  | { type: "macs"; id: string; question: number }
  /** `peer`: inbound, whose it is. */
  | { type: "inject"; id: string; question: number; direction: Direction; peer: number; packet: Uint8Array }
  | { type: "close" }

/** As it stands on the port: with why it was sent, where that is known. */
export type CausedToWorker = ToWorker & { cause?: CallCause }

/** `peer`: its place; null: this host. */
export interface LearnedMac {
  mac: string
  peer: number | null
  ageSeconds: number
}

export type FromWorker =
  | { type: "state"; id: string; state: TunnelState; reason: TunnelReason | null }
  /** `carrier` is null while `remote` is, and in clear text. */
  | { type: "peer"; id: string; peer: number; remote: string | null; carrier: Carrier | null }
  /** A peer proved who it is, at Unix ms; it comes again, with the same time, when more is known of it. */
  | { type: "handshake"; id: string; peer: number; at: number; isTundeck: boolean | null; cipher: DataCipher }
  /** An initiation bore this time, in nanoseconds of TAI64N: none may bear an earlier one. At most once a second. */
  | { type: "stamped"; id: string; tai: bigint }
  /** Of a WireGuard tunnel: the port that it has. */
  | { type: "listening"; id: string; port: number }
  /** The largest inner packet that goes in one piece. */
  | { type: "path"; id: string; packet: number | null }
  | { type: "macs"; id: string; question: number; macs: LearnedMac[] }
  | { type: "injected"; id: string; question: number; fate: Omit<Injected, "length"> }
  | { type: "removed"; id: string }
  | { type: "device-lost"; id: string; fd: number }
  /** The fd is no longer used by the worker: the control thread may give it back. */
  | { type: "device-released"; id: string; fd: number }
  /** `peer`: of WireGuard's, whose name is meant. */
  | { type: "resolve"; id: string; peer?: number }
  | { type: "stranger"; id: string; address: string }
  /** Why nobody can call over tcp where that is the fallback; null: it can be called after all. */
  | { type: "fallback"; id: string; reason: TunnelReason | null }
  /** A call of the kernel that changed something about its sockets or its device. */
  | { type: "kernel-call"; id: string; cause: CallCause | undefined; call: KernelCall }
