import { controlHeader, type IpFamily } from "@tundeck/native-bindings"

// linux/in.h: struct in_pktinfo { int ifindex; in_addr spec_dst; in_addr addr }
// linux/ipv6.h: struct in6_pktinfo { in6_addr addr; int ifindex }
const packetInfo = {
  4: { level: 0, type: 8, size: 12, address: 4, words: 1 },
  6: { level: 41, type: 50, size: 20, address: 0, words: 4 },
} as const

/**
 * Which address of ours each peer speaks to. A socket that is bound to none sends to it from there: a peer takes nothing
 * from any other. A socket of both families tells an IPv4 address as a mapped one.
 */
export class LocalAddresses {
  readonly #info: (typeof packetInfo)[IpFamily]
  /** Four words a peer. */
  #addresses: Int32Array

  constructor(family: IpFamily, peers: number) {
    this.#info = packetInfo[family]
    this.#addresses = new Int32Array(peers * 4)
  }

  /** Peers keep their places. */
  resize(peers: number): void {
    const before = this.#addresses
    this.#addresses = new Int32Array(peers * 4)
    this.#addresses.set(before.subarray(0, peers * 4))
  }

  /** Hot. The peer spoke to the address in the control message at `at`, of at most `length` bytes. */
  note(peer: number, view: DataView, at: number, length: number): void {
    const { level, type, size, address, words } = this.#info
    if (length < controlHeader.data + size) return
    if (view.getInt32(at + controlHeader.level, true) !== level) return
    if (view.getInt32(at + controlHeader.type, true) !== type) return
    const from = at + controlHeader.data + address
    for (let word = 0; word < words; word++) this.#addresses[peer * 4 + word] = view.getInt32(from + word * 4)
  }

  /** What was noted of the one with that number is the peer's. */
  adopt(peer: number, number: number): void {
    this.#addresses.copyWithin(peer * 4, number * 4, number * 4 + 4)
  }

  /** The kernel chooses the address. */
  forget(peer: number): void {
    this.#addresses.fill(0, peer * 4, peer * 4 + 4)
  }

  /** Hot. Writes the control message that has the kernel send from there; answers the room that it takes: 0 while nothing was noted. */
  write(peer: number, view: DataView, at: number): number {
    const { level, type, size, address, words } = this.#info
    if (!this.#isNoted(peer)) return 0
    view.setUint32(at + controlHeader.length, controlHeader.data + size, true)
    view.setUint32(at + controlHeader.length + 4, 0, true)
    view.setInt32(at + controlHeader.level, level, true)
    view.setInt32(at + controlHeader.type, type, true)
    const data = at + controlHeader.data
    for (let i = 0; i < size; i += 4) view.setInt32(data + i, 0)
    for (let word = 0; word < words; word++) {
      view.setInt32(data + address + word * 4, this.#addresses[peer * 4 + word] ?? 0)
    }
    return (controlHeader.data + size + 7) & ~7 // CMSG_SPACE
  }

  #isNoted(peer: number): boolean {
    const first = peer * 4
    const addresses = this.#addresses
    return (
      ((addresses[first] ?? 0) |
        (addresses[first + 1] ?? 0) |
        (addresses[first + 2] ?? 0) |
        (addresses[first + 3] ?? 0)) !==
      0
    )
  }
}
