import { createArena, ioVector, sys, tunGetVnetHeaderSize, tunOffload, tunSetOffload } from "@tundeck/native-bindings"
import type { RelayDevice } from "./messages.ts"
import { setPointer } from "./set-pointer.ts"

/** Where packets come from and go to. Hot calls: they answer n >= 0 or -errno and never throw. */
export interface PacketDevice {
  readonly fd: number
  /** undefined: every packet is read and written singly, with its checksums complete. */
  readonly offload: Offload | undefined
  /** Reads one packet to `address`: its length, or -errno; -EAGAIN when there is none. */
  read(address: number, capacity: number): number
  /** Writes one packet; `protocol` is its EtherType, which packet information carries. */
  write(address: number, length: number, protocol: number): number
  /** The relay is done with it; the fd stays open. */
  release(): void
}

/** Segment trains: see offload/. */
export interface Offload {
  /** The virtio header of the packet that was read last. */
  readonly header: DataView
  /** Writes packets of one flow as one: `address` of `count` iovecs, the virtio header first. */
  writeTrain(address: number, count: number): number
}

// linux/if_tun.h: struct tun_pi { u16 flags; u16 proto (network order) }; it stands before the virtio header.
const packetInfoSize = 4
const prefixRoom = 32
const trains = tunOffload.checksum | tunOffload.tcp4 | tunOffload.tcp6 | tunOffload.tcpEcn

/**
 * An attached tun or tap. Whatever stands before each packet on this fd (packet information, virtio header) is taken
 * off and put on here. With a virtio header and no packet information the kernel is asked for segment trains.
 */
export class TunDevice implements PacketDevice {
  readonly fd: number
  readonly offload: Offload | undefined
  readonly #prefixLength: number
  readonly #packetInfo: boolean
  /** Two iovecs, then the prefix read, then the prefix to write. */
  readonly #vectors = createArena(2 * ioVector.size + 2 * prefixRoom)

  constructor(device: RelayDevice) {
    this.fd = device.fd
    this.#packetInfo = device.packetInfo
    this.#prefixLength =
      (device.packetInfo ? packetInfoSize : 0) + (device.vnetHeader ? tunGetVnetHeaderSize(device.fd) : 0)
    const takesTrains = device.vnetHeader && !device.packetInfo
    // Without them, too, it is said: a program that was killed may have left its wish behind.
    tunSetOffload(device.fd, takesTrains ? trains : 0)
    if (!takesTrains) return
    const header = new DataView(this.#vectors.bytes.buffer, 2 * ioVector.size, prefixRoom)
    this.offload = { header, writeTrain: (address, count) => sys.writev(device.fd, address, count) }
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

  /** What was asked of the kernel outlives the attachment: the next program may not know of trains. */
  release(): void {
    if (this.offload === undefined) return
    try {
      tunSetOffload(this.fd, 0)
    } catch {
      // The interface was deleted: there is nothing to undo.
    }
  }

  #aim(prefix: number, address: number, length: number): void {
    const { view, address: base } = this.#vectors
    setPointer(view, ioVector.base, base + prefix)
    setPointer(view, ioVector.length, this.#prefixLength)
    setPointer(view, ioVector.size + ioVector.base, address)
    setPointer(view, ioVector.size + ioVector.length, length)
  }
}
