import { dropNumber } from "@tundeck/shared"
import { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import type { LearnedMac, RelayPeers } from "../messages.ts"
import { device, flood, type Transport } from "../ports.ts"
import type { Traffic } from "../traffic.ts"
import { expandFlood } from "./flood.ts"
import { keptPlaces } from "./kept-places.ts"
import { thisDevice } from "./mac-table.ts"
import type { HubRouter } from "./router.ts"
import { TapRouter } from "./tap-router.ts"
import { TunRouter } from "./tun-router.ts"

/** Stands in a batch's column of peers for all of them. */
const everyone = 0xfffe
const outbound = 0
const inbound = 1
const noPeer = dropNumber("no-peer")

/** The part of the two roads that only a tunnel with many peers has: to whom each packet goes. */
export class HubRoad {
  readonly #memory: RelayMemory
  readonly #traffic: Traffic
  readonly #clock: () => number
  readonly #router: HubRouter
  #peers: RelayPeers
  /** By place: 1 while connected. */
  #up: Uint8Array
  /** What is for one peer each. */
  readonly #out = new Batch()
  /** What came from a peer and is for others, with who sent it. */
  readonly #forwarded = new Batch()
  readonly #senders = new Uint16Array(this.#forwarded.capacity)

  /** `clock` tells the monotonic ms of this wake-up. */
  constructor(memory: RelayMemory, traffic: Traffic, isEthernet: boolean, peers: RelayPeers, clock: () => number) {
    this.#memory = memory
    this.#traffic = traffic
    this.#clock = clock
    this.#peers = peers
    this.#router = isEthernet ? new TapRouter(peers) : new TunRouter(peers)
    this.#up = new Uint8Array(peers.length)
  }

  setPeers(peers: RelayPeers): void {
    const kept = keptPlaces(this.#peers, peers)
    const up = new Uint8Array(peers.length)
    for (const place of kept) if (place >= 0) up[place] = this.#up[place] ?? 0
    this.#up = up
    this.#router.setPeers(peers, kept)
    this.#peers = peers
  }

  setUp(place: number, isUp: boolean): void {
    this.#up[place] = isUp ? 1 : 0
    if (!isUp) this.#router.forget(place)
  }

  macs(): LearnedMac[] {
    return this.#router.macs(this.#clock()).map(({ mac, peer, ageSeconds }) => {
      return { mac, peer: peer === thisDevice ? null : peer, ageSeconds }
    })
  }

  /** Hot. Decides to whom packet `i`, from the device, goes: 0, or the number of a drop reason. */
  routeOutbound(batch: Batch, i: number): number {
    const to = this.#route(batch, i, thisDevice)
    if (to < 0) return -to
    batch.peer[i] = to === flood ? everyone : to
    return 0
  }

  /** Hot. Sends a batch that was routed. */
  send(batch: Batch, transport: Transport): void {
    const out = this.#out
    out.clear()
    for (let i = 0; i < batch.count; i++) {
      if (batch.peer[i] === everyone) {
        if (!this.#flood(batch, i, thisDevice, transport)) this.#dropUnheard(batch, i)
        continue
      }
      if (out.isFull) this.#flush(transport)
      out.copy(batch, i, batch.peer[i] ?? 0)
    }
    this.#flush(transport)
    this.#router.tend(this.#clock())
  }

  /** Hot. May packet `i` come from its peer: 0, or the number of a drop reason. */
  checkSource(batch: Batch, i: number): number {
    return this.#router.mayComeFrom(this.#memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0, batch.peer[i] ?? 0)
  }

  /** Hot. Takes along what is for other peers; false when the packet is not for this host's device. */
  routeInbound(batch: Batch, i: number, transport: Transport): boolean {
    const sender = batch.peer[i] ?? 0
    const to = this.#route(batch, i, sender)
    if (to === device) return true
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    if (to < 0) {
      this.#traffic.dropped(inbound, -to, 0, sender, this.#memory.view, at, length)
      return false
    }
    if (this.#forwarded.isFull) this.forward(transport)
    this.#senders[this.#forwarded.count] = sender
    this.#forwarded.copy(batch, i, to === flood ? everyone : to)
    if (to === flood) return true
    this.#traffic.bundle = batch.bundle[i] ?? 0
    this.#traffic.passed(inbound, sender, this.#memory.view, at, length)
    this.#traffic.bundle = 0
    return false
  }

  /** Hot. Sends what was taken along, before the memory in which it lies is used again. */
  forward(transport: Transport): void {
    const forwarded = this.#forwarded
    const out = this.#out
    out.clear()
    for (let i = 0; i < forwarded.count; i++) {
      if (forwarded.peer[i] === everyone) {
        this.#flood(forwarded, i, this.#senders[i] ?? 0, transport)
        continue
      }
      if (out.isFull) this.#flush(transport)
      out.copy(forwarded, i, forwarded.peer[i] ?? 0)
    }
    forwarded.clear()
    this.#flush(transport)
    this.#router.tend(this.#clock())
  }

  #route(batch: Batch, i: number, from: number): number {
    return this.#router.route(this.#memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0, from, this.#clock())
  }

  /** Once for each connected peer but the sender. False when there is none. */
  #flood(batch: Batch, i: number, sender: number, transport: Transport): boolean {
    const out = this.#out
    const before = out.count
    let hasSent = false
    for (let next = 0; ; ) {
      next = expandFlood(batch, i, this.#up, sender, out, next)
      if (next >= this.#up.length) break
      this.#flush(transport)
      hasSent = true
    }
    return hasSent || out.count > before
  }

  #flush(transport: Transport): void {
    if (this.#out.count > 0) transport.send(this.#out)
    this.#out.clear()
  }

  #dropUnheard(batch: Batch, i: number): void {
    const { view } = this.#memory
    this.#traffic.dropped(outbound, noPeer, 0, everyone, view, batch.at[i] ?? 0, batch.length[i] ?? 0)
  }
}
