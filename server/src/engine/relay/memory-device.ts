import { type Arena, createArena, createEventfd, errno, sys } from "@tundeck/native-bindings"
import type { Offload, PacketDevice } from "./tun-device.ts"

/** A device whose packets are in memory; an eventfd tells the loop, as a tun's fd would, that there are some. */
export class MemoryDevice implements PacketDevice {
  readonly fd = createEventfd()
  readonly offload: Offload | undefined = undefined
  readonly written: Uint8Array[] = []
  readonly #queue: Arena[] = []
  /** What `write` answers instead of taking the packet, e.g. -EIO for a link that is down. */
  refuseWith = 0
  /** The interface was deleted. */
  isGone = false

  /** As if the kernel had routed a packet here. */
  inject(packet: Uint8Array): void {
    const arena = createArena(Math.max(1, packet.length))
    arena.bytes.set(packet)
    this.#queue.push(packet.length === 0 ? { ...arena, size: 0 } : arena)
    sys.eventfdWrite(this.fd)
  }

  get waiting(): number {
    return this.#queue.length
  }

  read(address: number, capacity: number): number {
    if (this.isGone) return -errno.EBADFD
    const packet = this.#queue.shift()
    if (packet === undefined) {
      sys.eventfdRead(this.fd)
      return -errno.EAGAIN
    }
    const length = Math.min(capacity, packet.size)
    sys.copy(address, packet.address, length)
    return length
  }

  write(address: number, length: number): number {
    if (this.isGone) return -errno.EBADFD
    if (this.refuseWith < 0) return this.refuseWith
    const arena = createArena(length)
    sys.copy(arena.address, address, length)
    this.written.push(arena.bytes)
    return length
  }

  release(): void {}

  close(): void {
    sys.close(this.fd)
  }
}
