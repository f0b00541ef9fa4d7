import type { Batch } from "../batch.ts"

export const mostWaiting = 4096
const blockSize = 2048
const none = -1

/**
 * Packets that wait, each with the time at which it is due: at most 4,096 of them and 8 MiB. Their bytes are copied into
 * blocks of 2 KiB, chained where one is too small; a packet goes by the number of its first block. A binary heap has the
 * earliest on top, of equals the one that came first.
 */
export class DelayQueue {
  /** Made by the first packet that waits; the kernel gives a page when it is written to. */
  #store: DataView | undefined
  readonly #next = Int16Array.from({ length: mostWaiting }, (_, i) => (i + 1 < mostWaiting ? i + 1 : none))
  #free = 0
  #freeBlocks = mostWaiting
  readonly #due = new Float64Array(mostWaiting)
  readonly #order = new Float64Array(mostWaiting)
  readonly #length = new Uint32Array(mostWaiting)
  readonly #peer = new Uint16Array(mostWaiting)
  readonly #gsoType = new Uint8Array(mostWaiting)
  readonly #gsoSize = new Uint16Array(mostWaiting)
  readonly #checksumStart = new Uint16Array(mostWaiting)
  readonly #checksumOffset = new Uint16Array(mostWaiting)
  readonly #mark = new Int8Array(mostWaiting)
  readonly #heap = new Int16Array(mostWaiting)
  #pushed = 0
  count = 0

  /** When the first is due; Infinity when none waits. */
  get nextDue(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.#due[this.#heap[0] ?? 0] ?? 0)
  }

  get firstLength(): number {
    return this.#length[this.#heap[0] ?? 0] ?? 0
  }

  get firstPeer(): number {
    return this.#peer[this.#heap[0] ?? 0] ?? 0
  }

  /** `Traffic.marked` when it came. */
  get firstMark(): number {
    return this.#mark[this.#heap[0] ?? 0] ?? -1
  }

  /** Hot. Copies packet `i` of the batch from `memory`; `mark` is `Traffic.marked`. False when there is no room. */
  push(memory: DataView, batch: Batch, i: number, due: number, mark: number): boolean {
    const length = batch.length[i] ?? 0
    if (Math.ceil(length / blockSize) > this.#freeBlocks || this.#freeBlocks === 0) return false
    const packet = this.#keep(memory, batch.at[i] ?? 0, length)
    this.#due[packet] = due
    this.#order[packet] = this.#pushed++
    this.#length[packet] = length
    this.#peer[packet] = batch.peer[i] ?? 0
    this.#mark[packet] = mark
    this.#gsoType[packet] = batch.gsoType[i] ?? 0
    this.#gsoSize[packet] = batch.gsoSize[i] ?? 0
    this.#checksumStart[packet] = batch.checksumStart[i] ?? 0
    this.#checksumOffset[packet] = batch.checksumOffset[i] ?? 0
    this.#heap[this.count] = packet
    this.#rise(this.count++)
    return true
  }

  /** Hot. Copies the first packet to `at` of `memory` and appends it to the batch, where there is room for it. */
  pop(memory: DataView, at: number, batch: Batch): void {
    const packet = this.#heap[0] ?? 0
    const length = this.#length[packet] ?? 0
    const i = batch.add(at, length, this.#peer[packet] ?? 0)
    batch.gsoType[i] = this.#gsoType[packet] ?? 0
    batch.gsoSize[i] = this.#gsoSize[packet] ?? 0
    batch.checksumStart[i] = this.#checksumStart[packet] ?? 0
    batch.checksumOffset[i] = this.#checksumOffset[packet] ?? 0
    this.#giveBack(packet, memory, at, length)
    this.count -= 1
    this.#heap[0] = this.#heap[this.count] ?? 0
    this.#sink(0)
  }

  /** Nobody waits longer than until `latest`. The order stays. Cold. */
  hasten(latest: number): void {
    // What is sorted is a heap.
    const sorted = this.#heap.subarray(0, this.count).sort((a, b) => (this.#isBefore(a, b) ? -1 : 1))
    for (const packet of sorted) {
      this.#due[packet] = Math.min(this.#due[packet] ?? 0, latest)
      this.#order[packet] = this.#pushed++
    }
  }

  /** Peer i is moved[i] now; `gone` stands for one that is not there any more. */
  renumber(moved: readonly number[], gone: number): void {
    for (let i = 0; i < this.count; i++) {
      const packet = this.#heap[i] ?? 0
      const now = moved[this.#peer[packet] ?? 0] ?? -1
      this.#peer[packet] = now < 0 ? gone : now
    }
  }

  #keep(memory: DataView, at: number, length: number): number {
    this.#store ??= new DataView(new ArrayBuffer(mostWaiting * blockSize))
    const packet = this.#free
    let block = packet
    for (let done = 0; ; done += blockSize) {
      copyBytes(memory, at + done, this.#store, block * blockSize, Math.min(blockSize, length - done))
      this.#freeBlocks -= 1
      this.#free = this.#next[block] ?? none
      if (done + blockSize >= length) break
      block = this.#free
    }
    this.#next[block] = none
    return packet
  }

  #giveBack(packet: number, memory: DataView, at: number, length: number): void {
    let block = packet
    for (let done = 0; ; done += blockSize) {
      if (this.#store !== undefined) {
        copyBytes(this.#store, block * blockSize, memory, at + done, Math.min(blockSize, length - done))
      }
      this.#freeBlocks += 1
      const next = this.#next[block] ?? none
      if (next === none) break
      block = next
    }
    this.#next[block] = this.#free
    this.#free = packet
  }

  #isBefore(a: number, b: number): boolean {
    const dueA = this.#due[a] ?? 0
    const dueB = this.#due[b] ?? 0
    return dueA === dueB ? (this.#order[a] ?? 0) < (this.#order[b] ?? 0) : dueA < dueB
  }

  #rise(i: number): void {
    const packet = this.#heap[i] ?? 0
    while (i > 0) {
      const above = (i - 1) >> 1
      const other = this.#heap[above] ?? 0
      if (!this.#isBefore(packet, other)) break
      this.#heap[i] = other
      i = above
    }
    this.#heap[i] = packet
  }

  #sink(i: number): void {
    const packet = this.#heap[i] ?? 0
    for (let below = 2 * i + 1; below < this.count; below = 2 * i + 1) {
      if (below + 1 < this.count && this.#isBefore(this.#heap[below + 1] ?? 0, this.#heap[below] ?? 0)) below += 1
      const other = this.#heap[below] ?? 0
      if (!this.#isBefore(other, packet)) break
      this.#heap[i] = other
      i = below
    }
    this.#heap[i] = packet
  }
}

/** By words: between two buffers `set` would want an array made for each packet. */
function copyBytes(from: DataView, fromAt: number, to: DataView, toAt: number, length: number): void {
  let i = 0
  for (; i + 4 <= length; i += 4) to.setInt32(toAt + i, from.getInt32(fromAt + i))
  for (; i < length; i++) to.setUint8(toAt + i, from.getUint8(fromAt + i))
}
