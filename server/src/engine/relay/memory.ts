import {
  type Arena,
  aliasLow,
  createArena,
  createLowArena,
  ioVector,
  type LowAlias,
  messageHeader,
  multipleMessageHeader,
} from "@tundeck/native-bindings"
import { type CopyAndSum, createSummedMemory } from "./offload/wasm/copy-and-sum.ts"

/** How many structures one call may name. */
export const mostVectors = 2048
export const mostMessages = 128
/** The largest socket address: struct sockaddr_in6 has 28 bytes. */
export const nameSize = 32
export const controlSize = 64

// Where what the kernel reads of a call stands in `calls`.
const vectorsAt = 0
const messagesAt = vectorsAt + mostVectors * ioVector.size
const namesAt = messagesAt + mostMessages * multipleMessageHeader.size
const controlsAt = namesAt + mostMessages * nameSize
/** For whoever makes the call: a virtio header, a length word. */
const ownAt = controlsAt + mostMessages * controlSize
const callsSize = ownAt + 4096

/**
 * A relay worker's memory. `bytes` holds packets: every offset on the road counts from its start. `calls` holds what a
 * system call reads beside them (iovecs, message headers, addresses), filled anew for each call; it lies low, so that no
 * call allocates. All of it is empty between wake-ups, and shared by the worker's tunnels.
 */
export class RelayMemory {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Of `bytes`, for a call that takes an address. Above 2^31 each sum with it is a heap number. */
  readonly address: number
  readonly calls: Arena
  readonly vectorsAt = vectorsAt
  readonly messagesAt = messagesAt
  readonly namesAt = namesAt
  readonly controlsAt = controlsAt
  readonly ownAt = ownAt
  readonly #alias: LowAlias | undefined
  readonly #low: number
  readonly #high: number
  readonly #wasm: CopyAndSum

  /** Of at least `size` bytes. `isLow`: with an address below 2^31 if it can be had, until `release`. */
  constructor(size: number, isLow = false) {
    const { buffer, functions } = createSummedMemory(size)
    const arena = createArena(buffer)
    this.#wasm = functions
    this.#alias = isLow ? aliasLow(arena) : undefined
    this.bytes = arena.bytes
    this.view = arena.view
    this.address = this.#alias?.address ?? arena.address
    this.calls = createLowArena(callsSize)
    this.#high = Math.floor(this.address / 0x1_0000_0000)
    this.#low = this.address % 0x1_0000_0000
  }

  /** Whoever wants it low: afterwards nobody may use `address`, and the pages go when `bytes` is gone. */
  release(): void {
    this.#alias?.release()
  }

  // These three throw where they would leave the memory: whoever calls them has checked what a packet says.

  /** memcpy within the memory. The two may overlap. */
  copy(to: number, from: number, length: number): void {
    this.#wasm.copy(to, from, length)
  }

  /** The Internet checksum's sum of `length` bytes, folded to 16 bits, in host order. */
  sum(at: number, length: number): number {
    return this.#wasm.sum(at, length)
  }

  /** Copies and sums in one pass. The two must not overlap. */
  copyAndSum(to: number, from: number, length: number): number {
    return this.#wasm.copy_and_sum(to, from, length)
  }

  /** iovec `index` names `length` bytes at `at` of the packets' memory. */
  setVector(index: number, at: number, length: number): void {
    const low = this.#low + at
    const { view } = this.calls
    const slot = vectorsAt + index * ioVector.size
    view.setUint32(slot, low >>> 0, true)
    view.setUint32(slot + 4, low > 0xffff_ffff ? this.#high + 1 : this.#high, true)
    view.setUint32(slot + ioVector.length, length, true)
  }

  /** iovec `index` names `length` bytes at `at` of `calls`. */
  setVectorToCalls(index: number, at: number, length: number): void {
    const { view } = this.calls
    const slot = vectorsAt + index * ioVector.size
    setPointer(view, slot, this.calls.address + at)
    view.setUint32(slot + ioVector.length, length, true)
  }

  /** What iovec `index` names, for those who play the kernel. */
  vectorBytes(index: number): Uint8Array {
    const slot = vectorsAt + index * ioVector.size
    const { view } = this.calls
    const address = view.getUint32(slot, true) + view.getUint32(slot + 4, true) * 0x1_0000_0000
    return this.bytes.subarray(address - this.address, address - this.address + view.getUint32(slot + 8, true))
  }

  /** The call's address of iovec `index`. */
  vectorAddress(index: number): number {
    return this.calls.address + vectorsAt + index * ioVector.size
  }

  /** Message `index` has `count` iovecs from `firstVector` on, name and control area `index` (none where their length is 0). */
  setMessage(index: number, firstVector: number, count: number, nameLength: number, controlLength: number): void {
    const { view, address } = this.calls
    const at = messagesAt + index * multipleMessageHeader.size
    setPointer(view, at + messageHeader.name, nameLength === 0 ? 0 : address + namesAt + index * nameSize)
    view.setUint32(at + messageHeader.nameLength, nameLength, true)
    setPointer(view, at + messageHeader.vectors, address + vectorsAt + firstVector * ioVector.size)
    view.setUint32(at + messageHeader.vectorCount, count, true)
    setPointer(view, at + messageHeader.control, controlLength === 0 ? 0 : address + controlsAt + index * controlSize)
    view.setUint32(at + messageHeader.controlLength, controlLength, true)
    view.setUint32(at + messageHeader.flags, 0, true)
  }

  messageAddress(index: number): number {
    return this.calls.address + messagesAt + index * multipleMessageHeader.size
  }
}

/** A 64-bit word below 2^53 in host order, without a BigInt. */
function setPointer(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true)
}
