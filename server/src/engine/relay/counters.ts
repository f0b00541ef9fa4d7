import { type Direction, dropReasonOf, mostPeers, type TunnelPeerStatus, type TunnelStats } from "@tundeck/shared"

/**
 * One tunnel's counters in shared memory: float64 words, exact up to 2^53. Its relay worker alone writes; aligned
 * eight-byte words are never seen half written on the machines that Node runs on. Behind the tunnel's own stand those of
 * its peers; memory that no peer uses is never touched.
 */
const at = {
  packets: 0,
  bytes: 1,
  drops: 2,
  directionSize: 34,
  connections: 68,
  roundTripMs: 69,
  /** One more than were counted; 0: the transport does not know of any. */
  retransmissions: 70,
  size: 72,
} as const
const reasonSlots = 32
const peerAt = {
  packets: 0,
  bytes: 1,
  dropped: 2,
  directionSize: 3,
  roundTripMs: 6,
  retransmissions: 7,
  size: 8,
} as const
/** A hub's peers keep their place while others come and go: a few more places than peers. */
export const peerSlots = mostPeers + 24

export function createCounters(isHub: boolean): SharedArrayBuffer {
  const words = at.size + (isHub ? peerSlots : 1) * peerAt.size
  return new SharedArrayBuffer(words * Float64Array.BYTES_PER_ELEMENT)
}

export class CounterWriter {
  readonly #words: Float64Array

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Float64Array(buffer)
  }

  /** `bytes` in `packets` packets, from or to a peer. */
  passed(direction: 0 | 1, peer: number, packets: number, bytes: number): void {
    const words = this.#words
    const base = direction * at.directionSize
    words[base + at.packets] = (words[base + at.packets] ?? 0) + packets
    words[base + at.bytes] = (words[base + at.bytes] ?? 0) + bytes
    const own = at.size + peer * peerAt.size + direction * peerAt.directionSize
    if (own >= words.length) return
    words[own + peerAt.packets] = (words[own + peerAt.packets] ?? 0) + packets
    words[own + peerAt.bytes] = (words[own + peerAt.bytes] ?? 0) + bytes
  }

  dropped(direction: 0 | 1, reason: number, peer: number): void {
    const words = this.#words
    const index = direction * at.directionSize + at.drops + reason
    words[index] = (words[index] ?? 0) + 1
    const own = at.size + peer * peerAt.size + direction * peerAt.directionSize + peerAt.dropped
    if (own < words.length) words[own] = (words[own] ?? 0) + 1
  }

  connected(): void {
    this.#words[at.connections] = (this.#words[at.connections] ?? 0) + 1
  }

  /** 0: not known. */
  roundTrip(peer: number, milliseconds: number): void {
    const own = at.size + peer * peerAt.size + peerAt.roundTripMs
    if (own < this.#words.length) this.#words[own] = milliseconds
    this.#words[at.roundTripMs] = milliseconds
  }

  /** So many more segments were sent again. */
  retransmitted(peer: number, segments: number): void {
    const own = at.size + peer * peerAt.size + peerAt.retransmissions
    if (own < this.#words.length) this.#words[own] = Math.max(1, this.#words[own] ?? 0) + segments
    this.#words[at.retransmissions] = Math.max(1, this.#words[at.retransmissions] ?? 0) + segments
  }
}

/** A snapshot. `roundTripMs` is null until it was measured on a connection that stands, and where there may be many peers, unless `onePeer`. */
export function readCounters(buffer: SharedArrayBuffer, onePeer = false): TunnelStats {
  const words = new Float64Array(buffer)
  const word = (index: number) => words[index] ?? 0
  const drops: TunnelStats["drops"] = []
  const side = (name: Direction, base: number) => {
    let dropped = 0
    for (let reason = 1; reason < reasonSlots; reason++) {
      const packets = word(base + at.drops + reason)
      const code = dropReasonOf(reason)
      if (packets === 0 || code === undefined) continue
      dropped += packets
      drops.push({ direction: name, reason: code, packets })
    }
    return { packets: word(base + at.packets), bytes: word(base + at.bytes), dropped }
  }
  const isHub = words.length > at.size + peerAt.size
  return {
    outbound: side("outbound", 0),
    inbound: side("inbound", at.directionSize),
    drops,
    reconnects: Math.max(0, word(at.connections) - 1),
    roundTripMs: ((!isHub || onePeer) && word(at.roundTripMs)) || null,
    ...(word(at.retransmissions) > 0 && { retransmissions: word(at.retransmissions) - 1 }),
  }
}

/** Bytes, packets, drops, each both ways; the round trip that was measured last, whosever it is; retransmissions and one. Allocates nothing. */
export function readTotals(words: Float64Array, into: Float64Array): void {
  for (let direction = 0; direction < 2; direction++) {
    const base = direction * at.directionSize
    let dropped = 0
    for (let reason = 1; reason < reasonSlots; reason++) dropped += words[base + at.drops + reason] ?? 0
    into[direction] = words[base + at.bytes] ?? 0
    into[2 + direction] = words[base + at.packets] ?? 0
    into[4 + direction] = dropped
  }
  into[6] = words[at.roundTripMs] ?? 0
  into[7] = words[at.retransmissions] ?? 0
}

/** The same of the peer in a place. */
export function readPeerTotals(words: Float64Array, peer: number, into: Float64Array): void {
  const own = at.size + peer * peerAt.size
  for (let direction = 0; direction < 2; direction++) {
    const base = own + direction * peerAt.directionSize
    into[direction] = words[base + peerAt.bytes] ?? 0
    into[2 + direction] = words[base + peerAt.packets] ?? 0
    into[4 + direction] = words[base + peerAt.dropped] ?? 0
  }
  into[6] = words[own + peerAt.roundTripMs] ?? 0
  into[7] = words[own + peerAt.retransmissions] ?? 0
}

type PeerCounts = Pick<TunnelPeerStatus, "outbound" | "inbound" | "roundTripMs">

export function readPeerCounters(buffer: SharedArrayBuffer, peer: number): PeerCounts {
  const words = new Float64Array(buffer, (at.size + peer * peerAt.size) * Float64Array.BYTES_PER_ELEMENT, peerAt.size)
  const side = (base: number) => ({
    packets: words[base + peerAt.packets] ?? 0,
    bytes: words[base + peerAt.bytes] ?? 0,
    dropped: words[base + peerAt.dropped] ?? 0,
  })
  return { outbound: side(0), inbound: side(peerAt.directionSize), roundTripMs: words[peerAt.roundTripMs] || null }
}

/** Before a place is given to another peer. */
export function clearPeerCounters(buffer: SharedArrayBuffer, peer: number): void {
  new Float64Array(buffer, (at.size + peer * peerAt.size) * Float64Array.BYTES_PER_ELEMENT, peerAt.size).fill(0)
}
