import { createEventfd, errno, sys } from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import type { MemoryPacket } from "../device/memory-device.ts"
import type { RelayMemory } from "../memory.ts"
import type { PacketDevice } from "../ports.ts"

/** A device that gives the same packet again and again, and takes what is written to it. Unlike MemoryDevice it allocates nothing. */
export class LoopDevice implements PacketDevice {
  readonly fd = createEventfd()
  readonly takesTrains: boolean
  readonly takesDatagramTrains: boolean
  readonly #memory: RelayMemory
  readonly #packet: Required<MemoryPacket>
  readonly #from: number
  readonly #isPadded: boolean
  #left = 0

  /**
   * Its packet stands at `from` of the memory for good, where nobody else writes. `isPadded`: some bytes more stand behind
   * it, each time as many as the last time and one, so that hardly two packets in a row are equally long.
   */
  constructor(memory: RelayMemory, takesTrains: boolean, packet: MemoryPacket, from: number, isPadded: boolean) {
    this.#memory = memory
    this.takesTrains = takesTrains
    this.takesDatagramTrains = takesTrains
    this.#packet = { gsoType: 0, gsoSize: 0, checksumStart: 0, checksumOffset: 0, ...packet }
    this.#from = from
    this.#isPadded = isPadded
    memory.bytes.set(packet.bytes, from)
  }

  /** The packet comes `times` times more. */
  repeat(times: number): void {
    this.#left += times
    sys.eventfdWrite(this.fd)
  }

  read(batch: Batch, at: number): number {
    if (this.#left === 0) {
      sys.eventfdRead(this.fd)
      return -errno.EAGAIN
    }
    this.#left -= 1
    const packet = this.#packet
    const length = packet.bytes.length + (this.#isPadded ? -this.#left & 7 : 0)
    this.#memory.copy(at, this.#from, length)
    const i = batch.add(at, length, 0)
    batch.gsoType[i] = packet.gsoType
    batch.gsoSize[i] = packet.gsoSize
    batch.checksumStart[i] = packet.checksumStart
    batch.checksumOffset[i] = packet.checksumOffset
    return length
  }

  write(batch: Batch, i: number): number {
    return batch.length[i] ?? 0
  }

  writeJoined(batch: Batch, i: number): number {
    return batch.length[i] ?? 0
  }

  release(): void {}
}
