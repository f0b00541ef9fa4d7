import { errno, SyscallError, sys, tunGetVnetHeaderSize, tunOffload, tunSetOffload } from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import type { RelayDevice } from "../messages.ts"
import { needsChecksum, virtioHeader } from "../offload/virtio-header.ts"
import type { PacketDevice } from "../ports.ts"

// linux/if_tun.h: struct tun_pi { u16 flags; u16 proto (network order) }; it stands before the virtio header.
const packetInfoSize = 4
const etherType = { ipv4: 0x0800, ipv6: 0x86dd } as const
const trains = tunOffload.checksum | tunOffload.tcp4 | tunOffload.tcp6 | tunOffload.tcpEcn
const datagramTrains = tunOffload.udp4 | tunOffload.udp6

/**
 * An attached tun or tap. Whatever stands before each packet on this fd (packet information, virtio header) is taken
 * off and put on here, in the worker's memory for calls. With a virtio header and no packet information the kernel is
 * asked for segment trains.
 */
export class TunDevice implements PacketDevice {
  readonly fd: number
  readonly takesTrains: boolean
  readonly takesDatagramTrains: boolean
  readonly #memory: RelayMemory
  readonly #prefixLength: number
  readonly #packetInfo: boolean
  /** Where the virtio header stands in `memory.calls`, for reading and for writing. */
  readonly #header: number

  constructor(device: RelayDevice, memory: RelayMemory) {
    this.fd = device.fd
    this.#memory = memory
    this.#packetInfo = device.packetInfo
    this.#prefixLength =
      (device.packetInfo ? packetInfoSize : 0) + (device.vnetHeader ? tunGetVnetHeaderSize(device.fd) : 0)
    this.#header = memory.ownAt + (device.packetInfo ? packetInfoSize : 0)
    this.takesTrains = device.vnetHeader && !device.packetInfo
    // Without them, too, it is said: a program that was killed may have left its wish behind.
    this.takesDatagramTrains = askForTrains(device.fd, this.takesTrains)
  }

  read(batch: Batch, at: number, capacity: number): number {
    const { calls, ownAt } = this.#memory
    this.#memory.setVectorToCalls(0, ownAt, this.#prefixLength)
    this.#memory.setVector(1, at, capacity)
    const n = sys.readv(this.fd, this.#memory.vectorAddress(0), 2)
    if (n < 0) return n
    const length = Math.max(0, n - this.#prefixLength)
    const i = batch.add(at, length, 0)
    if (this.takesTrains) {
      const { view } = calls
      const header = this.#header
      batch.gsoType[i] = view.getUint8(header + virtioHeader.gsoType)
      batch.gsoSize[i] = batch.gsoType[i] === 0 ? 0 : view.getUint16(header + virtioHeader.gsoSize, true)
      if ((view.getUint8(header + virtioHeader.flags) & needsChecksum) !== 0) {
        batch.checksumStart[i] = view.getUint16(header + virtioHeader.checksumStart, true)
        batch.checksumOffset[i] = view.getUint16(header + virtioHeader.checksumOffset, true)
      }
    }
    return length
  }

  write(batch: Batch, i: number): number {
    this.#memory.setVector(1, batch.at[i] ?? 0, batch.length[i] ?? 0)
    return this.writeJoined(batch, i, 1)
  }

  writeJoined(batch: Batch, i: number, pieces: number): number {
    const { calls, ownAt } = this.#memory
    const { view } = calls
    if (this.#packetInfo) {
      const isIpv6 = this.#memory.view.getUint8(batch.at[i] ?? 0) >> 4 === 6
      view.setUint16(ownAt, 0)
      view.setUint16(ownAt + 2, isIpv6 ? etherType.ipv6 : etherType.ipv4)
    }
    if (this.takesTrains) this.#setHeader(view, batch, i)
    else for (let at = this.#header; at < ownAt + this.#prefixLength; at++) view.setUint8(at, 0)
    this.#memory.setVectorToCalls(0, ownAt, this.#prefixLength)
    return sys.writev(this.fd, this.#memory.vectorAddress(0), pieces + 1)
  }

  #setHeader(view: DataView, batch: Batch, i: number): void {
    const header = this.#header
    const start = batch.checksumStart[i] ?? 0
    const isOpen = batch.checksumOffset[i] !== 0
    view.setUint8(header + virtioHeader.flags, isOpen ? needsChecksum : 0)
    view.setUint8(header + virtioHeader.gsoType, batch.gsoType[i] ?? 0)
    // A hint of where the headers end; the kernel finds out for itself when it is too short.
    view.setUint16(header + virtioHeader.headerLength, batch.gsoSize[i] === 0 ? 0 : start + shortestTcpHeader, true)
    view.setUint16(header + virtioHeader.gsoSize, batch.gsoSize[i] ?? 0, true)
    view.setUint16(header + virtioHeader.checksumStart, isOpen ? start : 0, true)
    view.setUint16(header + virtioHeader.checksumOffset, batch.checksumOffset[i] ?? 0, true)
    for (let at = header + virtioHeader.size; at < this.#memory.ownAt + this.#prefixLength; at++) view.setUint8(at, 0)
  }

  /** What was asked of the kernel outlives the attachment: the next program may not know of trains. */
  release(): void {
    if (!this.takesTrains) return
    try {
      tunSetOffload(this.fd, 0)
    } catch {
      // The interface was deleted: there is nothing to undo.
    }
  }
}

const shortestTcpHeader = 20

/** UDP trains came with Linux 6.2: without them the kernel refuses the whole wish. True when they are had. */
function askForTrains(fd: number, wanted: boolean): boolean {
  if (!wanted) {
    tunSetOffload(fd, 0)
    return false
  }
  try {
    tunSetOffload(fd, trains | datagramTrains)
    return true
  } catch (error) {
    if (!(error instanceof SyscallError) || error.errno !== errno.EINVAL) throw error
    tunSetOffload(fd, trains)
    return false
  }
}
