import { formatMacAddress } from "@tundeck/native-bindings"
import { macAgeSeconds, mostMacsPerPeer } from "@tundeck/shared"
import { peerSlots } from "../counters.ts"

/** Not behind a peer but on this host's side, the tap. */
export const thisDevice = -1
export const unknownMac = -2

const ageMs = macAgeSeconds * 1000
const sweepMs = 10_000
/**
 * So long after this host's device used an address, no peer can take it: a frame of ours that comes back, through a loop
 * in the peers' networks or on purpose, would turn the traffic for this host away to that peer. A machine that does move
 * from here to a peer is found there as soon as the device has been silent about it for so long. Between peers the
 * newest sighting wins at once, as in any switch.
 */
const deviceHoldMs = 5000

export const defaultLimits = { perPeer: mostMacsPerPeer, device: 16_384, all: 131_072 }
const smallest = 2048
/** Of a slot. */
const empty = unknownMac

export interface MacSighting {
  mac: string
  /** Index of the peer; -1 is this host. */
  peer: number
  ageSeconds: number
}

/**
 * What a learning switch knows: behind which peer a MAC address was seen last. Open addressing with linear probing in
 * typed arrays, at most three quarters full; only `tend`, between batches, makes it larger.
 */
export class MacTable {
  readonly #limits: typeof defaultLimits
  /** Unknown to the peers, so that nobody picks addresses that all fall on one slot. */
  readonly #seed: number
  #high = new Uint16Array(smallest)
  #low = new Int32Array(smallest)
  #peer = new Int16Array(smallest).fill(empty)
  /** Monotonic ms. */
  #seen = new Float64Array(smallest)
  /** By peer + 1. */
  readonly #counts = new Uint32Array(peerSlots + 1)
  #used = 0
  #nextSweep = 0
  /** Sightings that were not taken up: a limit was reached, or a peer used an address of this host's. */
  notLearned = 0

  constructor(limits = defaultLimits, seed = Math.random() * 0x1_0000_0000) {
    this.#limits = limits
    this.#seed = seed | 0
  }

  /** Hot. The MAC address at `at` sent from `peer`. Group addresses and zero are nobody's. */
  learn(view: DataView, at: number, peer: number, now: number): void {
    const high = view.getUint16(at)
    const low = view.getInt32(at + 2)
    if ((high & 0x100) !== 0 || (high | low) === 0) return
    const slot = this.#find(high, low)
    if (this.#peer[slot] === peer) this.#seen[slot] = now
    else if (this.#peer[slot] !== empty) this.#move(slot, peer, now)
    else if (this.#isFull(peer) || this.#used >= Math.min(this.#limits.all, this.#peer.length * 0.75)) {
      this.notLearned += 1
    } else {
      this.#put(slot, high, low, peer, now)
    }
  }

  /** Hot. Where the MAC address at `at` is: a peer, `thisDevice` or `unknownMac`. */
  lookup(view: DataView, at: number, now: number): number {
    const slot = this.#find(view.getUint16(at), view.getInt32(at + 2))
    const peer = this.#peer[slot] ?? empty
    return now - (this.#seen[slot] ?? 0) < ageMs ? peer : unknownMac
  }

  /** Between batches, each time: makes room when it is half full, and now and then forgets what is aged. */
  tend(now: number): void {
    const isTight = this.#used > this.#peer.length / 2 && this.#used < this.#limits.all
    if (!isTight && now < this.#nextSweep) return
    this.#nextSweep = now + sweepMs
    this.#removeWhere((slot) => now - (this.#seen[slot] ?? 0) >= ageMs)
    if (isTight && this.#used > this.#peer.length / 2) this.#grow()
  }

  /** The peer is away: what was behind it may be anywhere. */
  forget(peer: number): void {
    if (this.#counts[peer + 1] !== 0) this.#removeWhere((slot) => this.#peer[slot] === peer)
  }

  /** The peers have other indices: peer i is moved[i] now, -1 when it is gone. */
  renumber(moved: readonly number[]): void {
    this.#removeWhere((slot) => {
      const peer = this.#peer[slot] ?? 0
      return peer !== thisDevice && (moved[peer] ?? -1) < 0
    })
    this.#counts.fill(0)
    for (let slot = 0; slot < this.#peer.length; slot++) {
      const peer = this.#peer[slot] ?? 0
      if (peer === empty) continue
      const now = peer === thisDevice ? thisDevice : (moved[peer] ?? 0)
      this.#peer[slot] = now
      this.#counts[now + 1] = (this.#counts[now + 1] ?? 0) + 1
    }
  }

  /** For people. */
  entries(now: number): MacSighting[] {
    const found: MacSighting[] = []
    const bytes = new Uint8Array(6)
    const view = new DataView(bytes.buffer)
    this.#peer.forEach((peer, slot) => {
      const age = now - (this.#seen[slot] ?? 0)
      if (peer === empty || age >= ageMs) return
      view.setUint16(0, this.#high[slot] ?? 0)
      view.setInt32(2, this.#low[slot] ?? 0)
      found.push({ mac: formatMacAddress(bytes), peer, ageSeconds: Math.floor(age / 1000) })
    })
    return found
  }

  /** The slot where it stands, or the empty one where it would. */
  #find(high: number, low: number): number {
    const mask = this.#peer.length - 1
    let slot = this.#home(high, low)
    while (this.#peer[slot] !== empty && (this.#low[slot] !== low || this.#high[slot] !== high))
      slot = (slot + 1) & mask
    return slot
  }

  #home(high: number, low: number): number {
    let hash = Math.imul(low ^ this.#seed, 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 15) ^ high, 0xc2b2_ae35)
    return (hash ^ (hash >>> 15)) & (this.#peer.length - 1)
  }

  #isFull(peer: number): boolean {
    return (this.#counts[peer + 1] ?? 0) >= (peer === thisDevice ? this.#limits.device : this.#limits.perPeer)
  }

  #put(slot: number, high: number, low: number, peer: number, seen: number): void {
    this.#high[slot] = high
    this.#low[slot] = low
    this.#peer[slot] = peer
    this.#seen[slot] = seen
    this.#used += 1
    this.#counts[peer + 1] = (this.#counts[peer + 1] ?? 0) + 1
  }

  #move(slot: number, peer: number, now: number): void {
    const before = this.#peer[slot] ?? 0
    if (before === thisDevice && now - (this.#seen[slot] ?? 0) < deviceHoldMs) {
      this.notLearned += 1
    } else if (this.#isFull(peer)) {
      this.notLearned += 1
      this.#seen[slot] = Number.NEGATIVE_INFINITY // it is no longer where it was: frames for it are flooded
    } else {
      this.#counts[before + 1] = (this.#counts[before + 1] ?? 0) - 1
      this.#counts[peer + 1] = (this.#counts[peer + 1] ?? 0) + 1
      this.#peer[slot] = peer
      this.#seen[slot] = now
    }
  }

  #removeWhere(isUnwanted: (slot: number) => boolean): void {
    // A removal may bring another entry into the slot, so each is looked at until it stays.
    for (let slot = 0; slot < this.#peer.length; slot++) {
      while (this.#peer[slot] !== empty && isUnwanted(slot)) this.#remove(slot)
    }
  }

  /** Moves up what follows, so that no entry has an empty slot between its home and itself. */
  #remove(slot: number): void {
    const mask = this.#peer.length - 1
    const peer = this.#peer[slot] ?? 0
    this.#counts[peer + 1] = (this.#counts[peer + 1] ?? 0) - 1
    this.#used -= 1
    let hole = slot
    for (let next = (hole + 1) & mask; this.#peer[next] !== empty; next = (next + 1) & mask) {
      const home = this.#home(this.#high[next] ?? 0, this.#low[next] ?? 0)
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      this.#high[hole] = this.#high[next] ?? 0
      this.#low[hole] = this.#low[next] ?? 0
      this.#peer[hole] = this.#peer[next] ?? 0
      this.#seen[hole] = this.#seen[next] ?? 0
      hole = next
    }
    this.#peer[hole] = empty
  }

  #grow(): void {
    const [high, low, peer, seen] = [this.#high, this.#low, this.#peer, this.#seen]
    const size = peer.length * 2
    this.#high = new Uint16Array(size)
    this.#low = new Int32Array(size)
    this.#peer = new Int16Array(size).fill(empty)
    this.#seen = new Float64Array(size)
    this.#used = 0
    this.#counts.fill(0)
    peer.forEach((owner, slot) => {
      if (owner === empty) return
      const [h, l] = [high[slot] ?? 0, low[slot] ?? 0]
      this.#put(this.#find(h, l), h, l, owner, seen[slot] ?? 0)
    })
  }
}
