import { createEventfd, errno, sys } from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import type { PacketDevice } from "../ports.ts"

/** What a packet device says of a packet beside its bytes. */
export interface MemoryPacket {
  bytes: Uint8Array
  gsoType?: number
  gsoSize?: number
  checksumStart?: number
  checksumOffset?: number
}

/** A device whose packets are in memory; an eventfd tells the loop, as a tun's fd would, that there are some. */
export class MemoryDevice implements PacketDevice {
  readonly fd = createEventfd()
  readonly takesTrains: boolean
  readonly takesDatagramTrains: boolean
  readonly written: MemoryPacket[] = []
  readonly #memory: RelayMemory
  readonly #queue: MemoryPacket[] = []
  /** What `write` answers instead of taking the packet, e.g. -EIO for a link that is down. */
  refuseWith = 0
  /** The interface was deleted. */
  isGone = false

  constructor(memory: RelayMemory, takesTrains = false) {
    this.#memory = memory
    this.takesTrains = this.takesDatagramTrains = takesTrains
  }

  /** As if the kernel had routed a packet here. */
  inject(packet: Uint8Array | MemoryPacket): void {
    this.#queue.push(packet instanceof Uint8Array ? { bytes: packet } : packet)
    sys.eventfdWrite(this.fd)
  }

  get waiting(): number {
    return this.#queue.length
  }

  read(batch: Batch, at: number, capacity: number): number {
    if (this.isGone) return -errno.EBADFD
    const packet = this.#queue.shift()
    if (packet === undefined) {
      sys.eventfdRead(this.fd)
      return -errno.EAGAIN
    }
    const length = Math.min(capacity, packet.bytes.length)
    this.#memory.bytes.set(packet.bytes.subarray(0, length), at)
    const i = batch.add(at, length, 0)
    batch.gsoType[i] = packet.gsoType ?? 0
    batch.gsoSize[i] = packet.gsoSize ?? 0
    batch.checksumStart[i] = packet.checksumStart ?? 0
    batch.checksumOffset[i] = packet.checksumOffset ?? 0
    return length
  }

  write(batch: Batch, i: number): number {
    this.#memory.setVector(1, batch.at[i] ?? 0, batch.length[i] ?? 0)
    return this.writeJoined(batch, i, 1)
  }

  writeJoined(batch: Batch, i: number, pieces: number): number {
    if (this.isGone) return -errno.EBADFD
    if (this.refuseWith < 0) return this.refuseWith
    const bytes = Buffer.concat(Array.from({ length: pieces }, (_, piece) => this.#memory.vectorBytes(piece + 1)))
    this.written.push({
      bytes: Uint8Array.from(bytes),
      gsoType: batch.gsoType[i] ?? 0,
      gsoSize: batch.gsoSize[i] ?? 0,
      checksumStart: batch.checksumStart[i] ?? 0,
      checksumOffset: batch.checksumOffset[i] ?? 0,
    })
    return bytes.length
  }

  release(): void {}

  close(): void {
    sys.close(this.fd)
  }
}
