import { dropNumber, passed } from "@tundeck/shared"
import { InnerSource, speaksForNobody } from "../inner-source.ts"
import type { RelayPeers } from "../messages.ts"
import { device, flood, type Router } from "../ports.ts"
import { type MacSighting, MacTable, thisDevice, unknownMac } from "./mac-table.ts"
import { RouteTable } from "./route-table.ts"

// The middle of a hub's road:
//   outbound  look -> route(from the device) -> a peer, or flood to all
//   inbound   look -> mayComeFrom -> faults -> route(from the peer) -> the device, a peer, or flood to the device and the others

const noRoute = dropNumber("no-route-to-peer")
const sourceNotAllowed = dropNumber("source-not-allowed")
const backToSender = dropNumber("back-to-sender")

// RFC 791 section 3.1, RFC 8200 section 3
const ipv4 = { source: 12, destination: 16 } as const
const ipv6 = { source: 8, destination: 24 } as const
// IEEE 802.3
const ethernet = { destination: 0, source: 6 } as const

/** The router of a tunnel with many peers. */
export interface HubRouter extends Router {
  /** Hot. May peer `peer` send the inbound packet at `at`, which was looked at: 0, or the number of the drop reason. */
  mayComeFrom(view: DataView, at: number, length: number, peer: number): number
  /** Peer i is peers[i] from now on; moved[i] is i for one that stayed, else -1 (`keptPlaces`). */
  setPeers(peers: RelayPeers, moved: readonly number[]): void
  /** The peer is no longer connected. */
  forget(peer: number): void
  /** To be called between batches: does what would cost too much on the road. */
  tend(now: number): void
  macs(now: number): MacSighting[]
}

/** By allowed IPs. What comes from a peer is the device's: from there the kernel forwards it, perhaps to another peer. */
export class TunRouter implements HubRouter {
  #table: RouteTable

  constructor(peers: RelayPeers) {
    this.#table = new RouteTable(peers)
  }

  route(view: DataView, at: number, _length: number, from: number): number {
    if (from !== thisDevice) return device
    const isIpv4 = view.getUint8(at) >> 4 === 4
    const peer = isIpv4
      ? this.#table.lookup4(view, at + ipv4.destination)
      : this.#table.lookup6(view, at + ipv6.destination)
    return peer < 0 ? -noRoute : peer
  }

  mayComeFrom(view: DataView, at: number, _length: number, peer: number): number {
    if (view.getUint8(at) >> 4 === 4) {
      return this.#table.lookup4(view, at + ipv4.source) === peer ? passed : sourceNotAllowed
    }
    const source = at + ipv6.source
    return this.#table.lookup6(view, source) === peer || speaksForNobody(view, source) ? passed : sourceNotAllowed
  }

  setPeers(peers: RelayPeers): void {
    this.#table = new RouteTable(peers)
  }

  forget(): void {}

  tend(): void {}

  macs(): MacSighting[] {
    return []
  }
}

/** A learning switch: the device and the peers are its ports. */
export class TapRouter implements HubRouter {
  readonly #table: MacTable
  #sources: readonly (InnerSource | null)[]

  constructor(peers: RelayPeers, table = new MacTable()) {
    this.#sources = peers.map((peer) => peer && new InnerSource(peer.allowed))
    this.#table = table
  }

  route(view: DataView, at: number, _length: number, from: number, now: number): number {
    this.#table.learn(view, at + ethernet.source, from, now)
    // Group addresses are never learned: they are as unknown as a host that has not spoken.
    const to = this.#table.lookup(view, at + ethernet.destination, now)
    if (to === unknownMac) return flood
    if (to === from) return -backToSender
    return to === thisDevice ? device : to
  }

  mayComeFrom(view: DataView, at: number, length: number, peer: number): number {
    return this.#sources[peer]?.checkEthernet(view, at, length) ?? sourceNotAllowed
  }

  setPeers(peers: RelayPeers, moved: readonly number[]): void {
    this.#sources = peers.map((peer) => peer && new InnerSource(peer.allowed))
    this.#table.renumber(moved)
  }

  forget(peer: number): void {
    this.#table.forget(peer)
  }

  tend(now: number): void {
    this.#table.tend(now)
  }

  macs(now: number): MacSighting[] {
    return this.#table.entries(now)
  }
}
