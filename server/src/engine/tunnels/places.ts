import { type ClearPeer, clearPeersOf, type TunnelConfig, type WireguardPeer } from "@tundeck/shared"
import { clearPeerCounters, peerSlots } from "../relay/counters.ts"
import type { Carrier, DataCipher, NumericEndpoint } from "../relay/messages.ts"

export interface PlacedPeer {
  peer: ClearPeer | WireguardPeer
  /** Where it is connected from; null while it is not. */
  remote: string | null
  /** Unix ms of when it connected. */
  since: number | null
  /** Of wireguard, as is all that follows: where it was heard last. */
  heardAt: string | null
  /** What its endpoint's name was last found to be. */
  resolved: NumericEndpoint[]
  /** Unix ms. */
  lastHandshakeAt: number | null
  carrier: Carrier | null
  /** What the last handshake found out; null: nothing yet. */
  isTundeck: boolean | null
  cipher: DataCipher | null
}

/**
 * Which peer of a tunnel has which place: the index by which the worker, the counters and the batches know it. Where
 * there are many, peers keep theirs while others come and go. A point-to-point tunnel has one peer, in place 0.
 */
export class Places {
  readonly #places: (PlacedPeer | null)[] = []
  readonly #isPointToPoint: boolean

  constructor(config: TunnelConfig, endpoint: string) {
    this.#isPointToPoint = peersOf(config) === undefined
    if (this.#isPointToPoint) this.#places.push(placed({ name: config.name, address: endpoint, enabled: true }))
  }

  get all(): readonly (PlacedPeer | null)[] {
    return this.#places
  }

  at(place: number): PlacedPeer | undefined {
    return this.#places[place] ?? undefined
  }

  /** The place of a wireguard peer; -1 when it has none. */
  of(publicKey: string): number {
    return this.#places.findIndex((one) => one !== null && identityOf(one.peer) === publicKey)
  }

  get connected(): number {
    return this.#places.reduce((sum, placed) => sum + (placed?.remote == null ? 0 : 1), 0)
  }

  /** Gives each of a tunnel's many peers its place; one that comes anew starts to count at 0. */
  set(config: TunnelConfig, counters: SharedArrayBuffer): void {
    if (this.#isPointToPoint) return
    const wanted = new Map((peersOf(config) ?? []).map((peer) => [identityOf(peer), peer]))
    this.#places.forEach((placed, place) => {
      const peer = placed && wanted.get(identityOf(placed.peer))
      if (placed === null || peer === undefined || peer === null) {
        this.#places[place] = null
        return
      }
      if (isElsewhere(placed.peer, peer)) Object.assign(placed, { heardAt: null, resolved: [] })
      placed.peer = peer
      wanted.delete(identityOf(peer))
    })
    for (const peer of wanted.values()) {
      const free = this.#places.indexOf(null)
      const place = free < 0 ? this.#places.length : free
      if (place >= peerSlots) return
      clearPeerCounters(counters, place)
      this.#places[place] = placed(peer)
    }
  }

  changed(place: number, remote: string | null, carrier: Carrier | null): void {
    const placed = this.#places[place]
    if (placed == null) return
    if (remote === null) placed.since = null
    else placed.since = placed.remote === null || !isWireguardPeer(placed.peer) ? Date.now() : placed.since
    placed.remote = remote
    placed.heardAt = remote ?? placed.heardAt
    placed.carrier = carrier
  }

  /** Of a point-to-point tunnel whose name or endpoint is another now. */
  rename({ name }: TunnelConfig, endpoint: string): void {
    const placed = this.#places[0]
    if (this.#isPointToPoint && placed != null) placed.peer = { name, address: endpoint, enabled: true }
  }

  /** The worker is gone, or has another transport: nobody is connected. */
  disconnect(): void {
    for (let place = 0; place < this.#places.length; place++) this.changed(place, null, null)
  }
}

export function isWireguardPeer(peer: ClearPeer | WireguardPeer): peer is WireguardPeer {
  return "publicKey" in peer
}

function placed(peer: ClearPeer | WireguardPeer): PlacedPeer {
  const none = { remote: null, since: null, heardAt: null, lastHandshakeAt: null, carrier: null }
  return { peer, ...none, isTundeck: null, cipher: null, resolved: [] }
}

/** undefined: it is a tunnel from point to point. */
function peersOf({ security }: TunnelConfig): readonly (ClearPeer | WireguardPeer)[] | undefined {
  return security.kind === "wireguard" ? security.peers : clearPeersOf(security)
}

/** A peer in clear text is its address, another one is its key. */
function identityOf(peer: ClearPeer | WireguardPeer): string {
  return isWireguardPeer(peer) ? peer.publicKey : `${peer.name} ${peer.address}`
}

function isElsewhere(before: ClearPeer | WireguardPeer, now: ClearPeer | WireguardPeer): boolean {
  return isWireguardPeer(before) && isWireguardPeer(now) && before.endpoint !== now.endpoint
}
