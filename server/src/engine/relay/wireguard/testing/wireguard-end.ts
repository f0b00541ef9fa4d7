import type { Carrier, NumericEndpoint, RelayPeer, RelayPeers, WireGuardPeer } from "../../messages.ts"
import { GatedSocket } from "../../transport/testing/gated-socket.ts"
import { TransportEnd } from "../../transport/testing/transport-end.ts"
import { openSockets } from "../carrier/open-sockets.ts"
import { NodeCiphers } from "../cipher/node-ciphers.ts"
import { featuresOf } from "../tundeck/features.ts"
import { WireGuardCore } from "../wireguard-core.ts"
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
  /** What it offers; 0: it speaks as a stock peer does. */
  offers?: number
}

/** A peer whose private key is made of `key`. */
export function peerWith(key: number, changes: Partial<WireGuardPeer> = {}, enabled = true): RelayPeer {
  const plain = { presharedKey: null, keepaliveSeconds: 0, expiresAt: null, remotes: [], named: false }
  const wireguard = { publicKey: publicKey(privateKey(key)), ...plain, ...changes }
  return { address: "", allowed: null, enabled, wireguard }
}

/** A WireGuard transport with a session of its own and a worker around it, which is stepped by hand. */
export class WireGuardEnd extends TransportEnd {
  readonly handshakes: number[]
  readonly stamps: bigint[]

  constructor(options: WireGuardEndOptions, clock: () => number) {
    const { kind, key, local = null, peers, fallback = false, isEthernet = false, sourceAddress, mtu = 1420 } = options
    const { offers = featuresOf({ isEthernet, hasFastAes: true }) } = options
    const handshakes: number[] = []
    const stamps: bigint[] = []
    const ends = { role: "listen", local: { address: "", port: 0 } } as const
    const socket = { sourceAddress }
    const common = { kind, framing: "simpletun", socket, clampMss: false, isHub: true, fallback } as const
    super(
      (_transport, wanted, parts, gate) => {
        const { memory, loop } = parts
        const security = { kind: "wireguard", privateKey: privateKey(key), previousPrivateKey: null } as const
        const core = new WireGuardCore({ ...security, stampedAfter: 0n }, wanted, mtu, {
          memory,
          ciphers: new NodeCiphers(memory),
          clock: () => loop.now,
          preciseClock: clock,
          offers,
          events: {
            handshake: (place) => void handshakes.push(place),
            stamped: (tai) => void stamps.push(tai),
            wakeAt: (when) => loop.wakeAt(when),
          },
        })
        const { udp, icmp } = openSockets(parts)
        const sockets = {
          udp: (...of: Parameters<typeof udp>) => new GatedSocket(udp(...of), gate),
          icmp: (...of: Parameters<typeof icmp>) => new GatedSocket(icmp(...of), gate),
        }
        const transport = { ...common, ends: { role: "open", local } } as const
        return new WireGuardTransport(transport, wanted, parts, core, isEthernet, sockets)
      },
      { ...common, ends },
      peers,
      clock,
    )
    this.handshakes = handshakes
    this.stamps = stamps
  }
}
