import { createArena } from "../libc/arena.ts"
import { sys } from "../libc/hot-calls.ts"
import { declare } from "../libc/library.ts"
import { check } from "../libc/syscall-error.ts"
import { bindEncoded, messageFlags, openSocket, socketType } from "../socket/socket.ts"

// linux/if_packet.h: struct sockaddr_ll, SOL_PACKET, PACKET_VNET_HDR. linux/if_ether.h: ETH_P_ALL
const packetFamily = 17
const everyProtocol = 0x0003
const level = 263
const virtioHeaderOption = 15
const address = { family: 0, protocol: 2, interfaceIndex: 4, size: 20 } as const

const setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number = declare(
  "setsockopt",
  "int",
  ["int", "int", "int", "void *", "uint"],
)
const recvfrom: (
  fd: number,
  bytes: Uint8Array,
  length: number,
  flags: number,
  name: Uint8Array,
  nameLength: Uint8Array,
) => number = declare("recvfrom", "long", ["int", "void *", "size_t", "int", "void *", "void *"])

/** What passes an interface on the kernel's side, each packet with its virtio header (struct virtio_net_hdr, ten bytes). */
export class PacketSocket {
  readonly #fd = openSocket(packetFamily, socketType.raw | socketType.nonBlocking, 0)
  readonly #arena = createArena(70_000)
  readonly #name = new Uint8Array(address.size)

  constructor(interfaceIndex: number) {
    check("PACKET_VNET_HDR", setsockopt(this.#fd, level, virtioHeaderOption, Uint8Array.of(1, 0, 0, 0), 4))
    const name = new DataView(new ArrayBuffer(address.size))
    name.setUint16(address.family, packetFamily, true)
    name.setUint16(address.protocol, everyProtocol)
    name.setInt32(address.interfaceIndex, interfaceIndex, true)
    bindEncoded(this.#fd, new Uint8Array(name.buffer))
  }

  /** Out of the interface: the program that holds it reads it. */
  send(headerAndPacket: Uint8Array): void {
    this.#arena.bytes.set(headerAndPacket)
    const n = sys.send(this.#fd, this.#arena.address, headerAndPacket.length, messageFlags.noSignal)
    if (n !== headerAndPacket.length) throw new Error(`a packet socket took ${n} of ${headerAndPacket.length} bytes`)
  }

  /** The next packet that came in by the interface, with the EtherType that it was given; undefined when there is none. */
  receive(): { headerAndPacket: Uint8Array; etherType: number } | undefined {
    const { bytes } = this.#arena
    const length = Uint8Array.of(address.size, 0, 0, 0)
    const n = recvfrom(this.#fd, bytes, bytes.length, 0, this.#name, length)
    if (n < 0) return undefined
    const etherType = new DataView(this.#name.buffer).getUint16(address.protocol)
    return { headerAndPacket: bytes.slice(0, n), etherType }
  }

  close(): void {
    sys.close(this.#fd)
  }
}
