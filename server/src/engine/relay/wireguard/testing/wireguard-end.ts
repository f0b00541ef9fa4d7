import type { Carrier, NumericEndpoint, RelayPeer, RelayPeers, WireGuardPeer } from "../../messages.ts"
import { GatedSocket } from "../../transport/testing/gated-socket.ts"
import { type Gate, TransportEnd } from "../../transport/testing/transport-end.ts"
import type { TransportParts } from "../../transport/transport-parts.ts"
import { openSockets } from "../carrier/open-sockets.ts"
import { NodeCiphers } from "../cipher/node-ciphers.ts"
import type { SessionStatus } from "../ports.ts"
import { featuresOf } from "../tundeck/features.ts"
import { type OpenTransport, WireGuardCore, type WireGuardCoreEvents } from "../wireguard-core.ts"
import { WireGuardTransport } from "../wireguard-transport.ts"
import { privateKey, publicKey } from "./session-lab.ts"

export interface WireGuardEndOptions {
  kind: Carrier
  /** What its private key is made of; its peers know it by that. */
  key: number
  local?: NumericEndpoint | null
  peers: RelayPeers
  fallback?: boolean
  isEthernet?: boolean
  sourceAddress?: string
  mtu?: number
  stampedAfter?: bigint
  /** What it offers; 0: it speaks as a stock peer does. */
  offers?: number
}

/** A peer whose private key is made of `key`. */
export function peerWith(key: number, changes: Partial<WireGuardPeer> = {}, enabled = true): RelayPeer {
  const plain = { presharedKey: null, keepaliveSeconds: 0, expiresAt: null, remotes: [], named: false }
  const wireguard = { publicKey: publicKey(privateKey(key)), ...plain, ...changes }
  return { address: "", allowed: null, enabled, wireguard }
}

export interface WireGuardOptions {
  transport: OpenTransport
  key: number
  peers: RelayPeers
  gate: Gate
  mtu: number
  isEthernet: boolean
  stampedAfter?: bigint | undefined
  /** 0: as a stock peer. */
  offers: number
  clock: () => number
  events?: Partial<WireGuardCoreEvents>
}

/** A WireGuard transport with a session of its own. */
export function openWireGuard(options: WireGuardOptions, parts: TransportParts): WireGuardTransport {
  const { transport, key, peers, gate, mtu, isEthernet, stampedAfter = 0n, offers, clock, events } = options
  const { memory, loop } = parts
  const security = { kind: "wireguard", privateKey: privateKey(key), previousPrivateKey: null } as const
  const core = new WireGuardCore({ ...security, stampedAfter }, peers, mtu, {
    memory,
    ciphers: new NodeCiphers(memory),
    clock: () => loop.now,
    preciseClock: clock,
    offers,
    events: { handshake: () => {}, stamped: () => {}, wakeAt: (when) => loop.wakeAt(when), ...events },
  })
  const { udp, icmp } = openSockets(parts)
  const sockets = {
    udp: (...of: Parameters<typeof udp>) => new GatedSocket(udp(...of), gate),
    icmp: (...of: Parameters<typeof icmp>) => new GatedSocket(icmp(...of), gate),
  }
  return new WireGuardTransport(transport, peers, parts, core, isEthernet, sockets)
}

/** One with a worker around it, which is stepped by hand. */
export class WireGuardEnd extends TransportEnd {
  readonly handshakes: number[]
  readonly stamps: bigint[]
  /** What was told of its peers, the latest last. */
  readonly facts: SessionStatus[]

  constructor(options: WireGuardEndOptions, clock: () => number) {
    const { kind, key, local = null, peers, fallback = false, isEthernet = false, sourceAddress, mtu = 1420 } = options
    const { offers = featuresOf({ isEthernet, hasFastAes: true, withheld: 0 }) } = options
    const handshakes: number[] = []
    const stamps: bigint[] = []
    const facts: SessionStatus[] = []
    const ends = { role: "listen", local: { address: "", port: 0 } } as const
    const common = {
      kind,
      framing: "simpletun",
      socket: { sourceAddress },
      clampMss: false,
      isHub: true,
      fallback,
    } as const
    const transport = { ...common, ends: { role: "open", local } } as const
    super(
      (_transport, wanted, parts, gate) => {
        const { stampedAfter } = options
        const events = {
          handshake(place: number, status: SessionStatus) {
            if (status.handshakeAt !== facts.at(-1)?.handshakeAt) handshakes.push(place)
            facts.push(status)
          },
          stamped: (tai: bigint) => void stamps.push(tai),
        }
        const own = { transport, key, peers: wanted, gate, mtu, isEthernet, stampedAfter, offers, clock, events }
        return openWireGuard(own, parts)
      },
      { ...common, ends },
      peers,
      clock,
    )
    this.handshakes = handshakes
    this.stamps = stamps
    this.facts = facts
  }
}
