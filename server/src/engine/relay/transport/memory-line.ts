import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"

/** A line that holds more than this wants no more. */
const fullBytes = 256 * 1024
/** Beyond `fullBytes` there is room for the rest of a batch. */
const sizeBytes = 1024 * 1024
// Before each packet: u32 length | u16 gsoType | u16 gsoSize | u16 checksumStart | u16 checksumOffset
const recordAt = { length: 0, type: 4, size: 6, start: 8, offset: 10, packet: 12 } as const

/** Packets on their way from one end to the other, in memory of their own: the first in is the first out. */
export class MemoryLine {
  readonly #bytes = new Uint8Array(sizeBytes)
  readonly #view = new DataView(this.#bytes.buffer)
  #start = 0
  #end = 0
  /** Whoever sends waits to hear that there is room again. */
  isAwaited = false

  get isEmpty(): boolean {
    return this.#start === this.#end
  }

  get isFull(): boolean {
    return this.#end - this.#start > fullBytes
  }

  /** Takes packet `i` of the batch; false when there is no room. */
  push(memory: RelayMemory, batch: Batch, i: number): boolean {
    const length = batch.length[i] ?? 0
    if (this.#end + recordAt.packet + length > sizeBytes) this.#moveToFront()
    const at = this.#end
    if (at + recordAt.packet + length > sizeBytes) return false
    this.#view.setUint32(at + recordAt.length, length)
    this.#view.setUint16(at + recordAt.type, batch.gsoType[i] ?? 0)
    this.#view.setUint16(at + recordAt.size, batch.gsoSize[i] ?? 0)
    this.#view.setUint16(at + recordAt.start, batch.checksumStart[i] ?? 0)
    this.#view.setUint16(at + recordAt.offset, batch.checksumOffset[i] ?? 0)
    const from = batch.at[i] ?? 0
    this.#bytes.set(memory.bytes.subarray(from, from + length), at + recordAt.packet)
    this.#end = at + recordAt.packet + length
    return true
  }

  /** The first packet's length; 0 when there is none. */
  get firstLength(): number {
    return this.isEmpty ? 0 : this.#view.getUint32(this.#start)
  }

  /** Puts the first packet at `at` of the memory and appends it to the batch, as from `peer`. */
  pop(memory: RelayMemory, at: number, batch: Batch, peer: number): void {
    const length = this.firstLength
    const packet = this.#start + recordAt.packet
    memory.bytes.set(this.#bytes.subarray(packet, packet + length), at)
    const i = batch.add(at, length, peer)
    batch.gsoType[i] = this.#view.getUint16(this.#start + recordAt.type)
    batch.gsoSize[i] = this.#view.getUint16(this.#start + recordAt.size)
    batch.checksumStart[i] = this.#view.getUint16(this.#start + recordAt.start)
    batch.checksumOffset[i] = this.#view.getUint16(this.#start + recordAt.offset)
    this.#start = packet + length
  }

  #moveToFront(): void {
    this.#bytes.copyWithin(0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
  }
}
