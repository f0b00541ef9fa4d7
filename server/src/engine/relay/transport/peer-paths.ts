import type { SocketWishes } from "../messages.ts"
import type { TransportOwner } from "../ports.ts"
import { narrowestPath } from "./datagram-peer.ts"
import type { DatagramWire } from "./datagram-wire.ts"
import { pathMtuTo } from "./path-mtu.ts"

/** How long a packet may be to go to the peers in one piece. */
export class PeerPaths {
  /** So long for each of them; null while not known. */
  narrowest: number | null = null
  readonly #wire: DatagramWire
  readonly #wishes: SocketWishes
  readonly #owner: TransportOwner

  constructor(wire: DatagramWire, wishes: SocketWishes, owner: TransportOwner) {
    this.#wire = wire
    this.#wishes = wishes
    this.#owner = owner
  }

  /** Asks the kernel anew. */
  measure(place: number): void {
    const peer = this.#wire.peers[place]
    const remote = this.#wire.endpoint(place)
    const mtu = remote === undefined ? null : pathMtuTo(remote, this.#wishes)
    if (peer === undefined || mtu === null) return
    peer.path = Math.min(mtu - (this.#wire.socket?.overhead ?? 0), peer.pathLimit)
    this.#set()
  }

  /** The path is narrower than the kernel says. False for a peer that is not known. */
  limit(place: number, longest: number): boolean {
    const peer = this.#wire.peers[place]
    if (peer === undefined) return false
    peer.path = peer.pathLimit = longest
    this.#set()
    return true
  }

  #set(): void {
    const packet = narrowestPath(this.#wire.peers)
    if (packet === null) return
    if (this.#wire.socket !== undefined) this.#wire.socket.largestSegment = packet
    if (packet === this.narrowest) return
    this.narrowest = packet
    this.#owner.pathChanged()
  }
}
