import { dropNumber } from "@tundeck/shared"
import { InnerSource } from "../inner-source.ts"
import type { RelayPeers } from "../messages.ts"
import { device, flood } from "../ports.ts"
import { type MacSighting, MacTable, thisDevice, unknownMac } from "./mac-table.ts"
import type { HubRouter } from "./router.ts"

const sourceNotAllowed = dropNumber("source-not-allowed")
const backToSender = dropNumber("back-to-sender")

// IEEE 802.3
const ethernet = { destination: 0, source: 6 } as const

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
