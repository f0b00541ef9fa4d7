import { type Arena, createArena, sys } from "@tundeck/native-bindings"
import { Batch, strangerPeer } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { region } from "../regions.ts"

const mostBytes = region.spare.size

/** What a socket did not take at once, in the tunnel's own memory until it does: one batch at most. */
export class UnsentPackets {
  readonly #memory: RelayMemory
  #arena: Arena | undefined
  #lengths: Uint32Array = new Uint32Array(0)
  #peers: Uint16Array = new Uint16Array(0)
  #batch: Batch | undefined
  count = 0

  constructor(memory: RelayMemory) {
    this.#memory = memory
  }

  /** Takes packets `from` to `to`; answers the first that had no room. */
  keep(batch: Batch, from: number, to = batch.count): number {
    // A socket that takes no more is rare: the memory for it comes with the first time.
    this.#arena ??= createArena(mostBytes)
    if (this.#lengths.length < batch.capacity) {
      this.#lengths = new Uint32Array(batch.capacity)
      this.#peers = new Uint16Array(batch.capacity)
    }
    // Packets that lie one behind the other, as they mostly do, are copied at once.
    let end = 0
    let run = 0
    let runEnd = 0
    let i = from
    for (; i < to; i++) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      if (end + length > mostBytes) break
      if (at !== runEnd) {
        this.#copy(end, run, runEnd)
        run = at
      }
      runEnd = at + length
      this.#lengths[i - from] = length
      this.#peers[i - from] = batch.peer[i] ?? 0
      end += length
    }
    this.#copy(end, run, runEnd)
    this.count = i - from
    return i
  }

  /** Bytes `from` to `to` of the memory are the last before `end`. */
  #copy(end: number, from: number, to: number): void {
    const length = to - from
    if (this.#arena !== undefined && length > 0) {
      sys.copy(this.#arena.address + end - length, this.#memory.address + from, length)
    }
  }

  /** The peer at this place is another now, to whom they do not go. */
  forget(peer: number): void {
    for (let i = 0; i < this.count; i++) if (this.#peers[i] === peer) this.#peers[i] = strangerPeer
  }

  /** Puts them into the spare region, to be sent. */
  takeAll(): Batch {
    this.#batch ??= new Batch(Math.max(1, this.#lengths.length))
    if (this.#batch.capacity < this.count) this.#batch = new Batch(this.#lengths.length)
    const batch = this.#batch
    batch.clear()
    let at = 0
    for (let i = 0; i < this.count; i++) {
      const length = this.#lengths[i] ?? 0
      batch.add(region.spare.at + at, length, this.#peers[i] ?? 0)
      at += length
    }
    if (this.#arena !== undefined) sys.copy(this.#memory.address + region.spare.at, this.#arena.address, at)
    return batch
  }

  /** The first `sent` of those that `takeAll` gave are gone. */
  advance(sent: number): void {
    if (this.#batch === undefined || sent === 0) return
    this.keep(this.#batch, sent)
  }

  clear(): void {
    this.count = 0
  }
}
