import { addressBytes, parsePrefix } from "../model/address.ts"
import type { Transport } from "../model/transport.ts"
import type { TunnelPeerStatus } from "../model/tunnel-peer.ts"

/** What is known beside the rows, now. */
export interface Surroundings {
  /** Whether what goes to a peer, or comes from it, goes over TCP. */
  isOverTcp(peer: string | undefined): boolean
  /** Whether it is the broadcast address of a network that the tunnel's interface is in; `address` as a number. */
  isBroadcast(address: number): boolean
}

interface Known {
  transport: Pick<Transport, "kind">
  /** Wanted where `fallsBack` says so. */
  peers?: readonly Pick<TunnelPeerStatus, "name" | "carrier">[]
  /** Of the tunnel's interface: `10.0.0.1/24`. */
  addresses?: readonly string[]
}

/** Whether the transport that was chosen does not say what carries a peer's packets now. */
export function fallsBack({ kind, fallback = false }: Pick<Transport, "kind" | "fallback">): boolean {
  return kind === "udp" && fallback
}

export function surroundingsOf({ transport, peers = [], addresses = [] }: Known): Surroundings {
  const overTcp = new Set(peers.flatMap(({ name, carrier }) => (carrier === "tcp" ? [name] : [])))
  const broadcasts = new Set(addresses.flatMap((text) => broadcastOf(text) ?? []))
  return {
    isOverTcp: (peer) => transport.kind === "tcp" || (peer !== undefined && overTcp.has(peer)),
    isBroadcast: (address) => broadcasts.has(address),
  }
}

/** undefined for IPv6, and for a network of two addresses or one (RFC 3021). */
function broadcastOf(text: string): number | undefined {
  const prefix = parsePrefix(text)
  if (prefix?.family !== 4 || prefix.length > 30) return undefined
  const address = new DataView(addressBytes(prefix.address).buffer).getUint32(0)
  return (address | (0xffff_ffff >>> prefix.length)) >>> 0
}
