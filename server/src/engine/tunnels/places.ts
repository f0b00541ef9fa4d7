import type { ClearPeer, TunnelConfig } from "@tundeck/shared"
import { clearPeerCounters, peerSlots } from "../relay/counters.ts"

export interface PlacedPeer {
  peer: ClearPeer
  /** Where it is connected from; null while it is not. */
  remote: string | null
  /** Unix ms of when it connected. */
  since: number | null
}

/**
 * Which peer of a tunnel has which place: the index by which the worker, the counters and the batches know it. A hub's
 * peers keep theirs while others come and go. A point-to-point tunnel has one peer, in place 0.
 */
export class Places {
  readonly #places: (PlacedPeer | null)[] = []
  readonly #isPointToPoint: boolean

  constructor(config: TunnelConfig, endpoint: string) {
    this.#isPointToPoint = config.security.peers === undefined
    if (!this.#isPointToPoint) return
    const peer = { name: config.name, address: endpoint, enabled: true }
    this.#places.push({ peer, remote: null, since: null })
  }

  get all(): readonly (PlacedPeer | null)[] {
    return this.#places
  }

  at(place: number): PlacedPeer | undefined {
    return this.#places[place] ?? undefined
  }

  get connected(): number {
    return this.#places.reduce((sum, placed) => sum + (placed?.remote == null ? 0 : 1), 0)
  }

  /** Gives each of a hub's peers its place; one that comes anew starts to count at 0. */
  set(peers: readonly ClearPeer[], counters: SharedArrayBuffer): void {
    if (peers.length === 0 && this.#isPointToPoint) return
    const wanted = new Map(peers.map((peer) => [peer.name, peer]))
    this.#places.forEach((placed, place) => {
      const peer = placed && wanted.get(placed.peer.name)
      if (placed === null || peer === undefined || peer === null || peer.address !== placed.peer.address) {
        this.#places[place] = null
        return
      }
      placed.peer = peer
      wanted.delete(peer.name)
    })
    for (const peer of wanted.values()) {
      const free = this.#places.indexOf(null)
      const place = free < 0 ? this.#places.length : free
      if (place >= peerSlots) return
      clearPeerCounters(counters, place)
      this.#places[place] = { peer, remote: null, since: null }
    }
  }

  changed(place: number, remote: string | null): void {
    const placed = this.#places[place]
    if (placed == null) return
    placed.remote = remote
    placed.since = remote === null ? null : Date.now()
  }

  /** Of a point-to-point tunnel whose name or endpoint is another now. */
  rename({ name }: TunnelConfig, endpoint: string): void {
    const placed = this.#places[0]
    if (this.#isPointToPoint && placed != null) placed.peer = { name, address: endpoint, enabled: true }
  }

  /** The worker is gone, or has another transport: nobody is connected. */
  disconnect(): void {
    for (let place = 0; place < this.#places.length; place++) this.changed(place, null)
  }
}
