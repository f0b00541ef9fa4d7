import { createArena, ioVector, sys, tunGetVnetHeaderSize } from "@tundeck/native-bindings"
import type { RelayDevice } from "./messages.ts"

// linux/if_tun.h: struct tun_pi { u16 flags; u16 proto (network order) }; it stands before the virtio header.
const packetInfoSize = 4
const prefixRoom = 32

/** Where packets come from and go to. Hot calls: they answer n >= 0 or -errno and never throw. */
export interface PacketDevice {
  readonly fd: number
  /** Reads one packet to `address`: its length, or -errno; -EAGAIN when there is none. */
  read(address: number, capacity: number): number
  /** Writes one packet; `protocol` is its EtherType, which packet information carries. */
  write(address: number, length: number, protocol: number): number
}

/**
 * An attached tun or tap. Whatever stands before each packet on this fd (packet information, virtio header) is taken
 * off and put on here. The virtio header stays zero: no offload is asked for, so the kernel hands over whole packets
 * with complete checksums.
 */
export class TunDevice implements PacketDevice {
  readonly fd: number
  readonly #prefixLength: number
  readonly #packetInfo: boolean
  /** Two iovecs, then the prefix read, then the prefix to write. */
  readonly #vectors = createArena(2 * ioVector.size + 2 * prefixRoom)

  constructor(device: RelayDevice) {
    this.fd = device.fd
    this.#packetInfo = device.packetInfo
    this.#prefixLength =
      (device.packetInfo ? packetInfoSize : 0) + (device.vnetHeader ? tunGetVnetHeaderSize(device.fd) : 0)
  }

  read(address: number, capacity: number): number {
    if (this.#prefixLength === 0) return sys.read(this.fd, address, capacity)
    this.#aim(2 * ioVector.size, address, capacity)
    const n = sys.readv(this.fd, this.#vectors.address, 2)
    return n < 0 ? n : Math.max(0, n - this.#prefixLength)
  }

  write(address: number, length: number, protocol: number): number {
    if (this.#prefixLength === 0) return sys.write(this.fd, address, length)
    const prefix = 2 * ioVector.size + prefixRoom
    if (this.#packetInfo) this.#vectors.view.setUint16(prefix + 2, protocol)
    this.#aim(prefix, address, length)
    return sys.writev(this.fd, this.#vectors.address, 2)
  }

  #aim(prefix: number, address: number, length: number): void {
    const { view, address: base } = this.#vectors
    setPointer(view, ioVector.base, base + prefix)
    setPointer(view, ioVector.length, this.#prefixLength)
    setPointer(view, ioVector.size + ioVector.base, address)
    setPointer(view, ioVector.size + ioVector.length, length)
  }
}

/** A 64-bit word below 2^53, without a BigInt. */
function setPointer(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true)
}
