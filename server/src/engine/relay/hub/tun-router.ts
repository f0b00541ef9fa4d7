import { dropNumber, passed } from "@tundeck/shared"
import { speaksForNobody } from "../inner-source.ts"
import type { RelayPeers } from "../messages.ts"
import { device } from "../ports.ts"
import { type MacSighting, thisDevice } from "./mac-table.ts"
import { RouteTable } from "./route-table.ts"
import type { HubRouter } from "./router.ts"

const noRoute = dropNumber("no-route-to-peer")
const sourceNotAllowed = dropNumber("source-not-allowed")

// RFC 791 section 3.1, RFC 8200 section 3
const ipv4 = { source: 12, destination: 16 } as const
const ipv6 = { source: 8, destination: 24 } as const

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
