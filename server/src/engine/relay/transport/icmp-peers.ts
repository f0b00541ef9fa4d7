import { controlHeader, type IpFamily } from "@tundeck/native-bindings"
import { patience } from "./icmp-direct.ts"
import { directFlag, echo } from "./icmp-header.ts"

// linux/in.h: struct in_pktinfo { int ifindex; in_addr spec_dst; in_addr addr }
// linux/ipv6.h: struct in6_pktinfo { in6_addr addr; int ifindex }
const packetInfo = {
  4: { level: 0, type: 8, size: 12, address: 4, addressSize: 4 },
  6: { level: 41, type: 50, size: 20, address: 0, addressSize: 16 },
} as const

const destination = 16 // RFC 791: of the IP header

/**
 * What a listener knows of each peer: identifier and sequence of its latest request, which its replies carry so that a
 * NAT lets them pass, and the address of ours that it spoke to.
 */
export class EchoPeers {
  readonly #family: IpFamily
  #known = new Uint8Array(0)
  #identifiers = new Uint16Array(0)
  #sequences = new Uint16Array(0)
  /** 0: its direct messages do not arrive. */
  #directs = new Uint8Array(0)
  #locals = new Uint8Array(0)

  constructor(family: IpFamily, count: number) {
    this.#family = family
    this.setPeers(new Array<number>(count).fill(-1))
  }

  /** Peer i is the one that was `origins[i]` before; -1: a new one. */
  setPeers(origins: readonly number[]): void {
    const [known, identifiers, sequences, locals] = [this.#known, this.#identifiers, this.#sequences, this.#locals]
    const directs = this.#directs
    this.#known = Uint8Array.from(origins, (origin) => known[origin] ?? 0)
    this.#identifiers = Uint16Array.from(origins, (origin) => identifiers[origin] ?? 0)
    this.#sequences = Uint16Array.from(origins, (origin) => sequences[origin] ?? 0)
    this.#directs = Uint8Array.from(origins, (origin) => directs[origin] ?? 0)
    this.#locals = new Uint8Array(origins.length * 16)
    for (const [peer, origin] of origins.entries()) {
      if (origin >= 0) this.#locals.set(locals.subarray(origin * 16, origin * 16 + 16), peer * 16)
    }
  }

  /** What is known of the one with that number is the peer's. */
  adopt(peer: number, number: number): void {
    this.#known[peer] = this.#known[number] ?? 0
    this.#identifiers[peer] = this.#identifiers[number] ?? 0
    this.#sequences[peer] = this.#sequences[number] ?? 0
    this.#directs[peer] = this.#directs[number] ?? 0
    this.#locals.copyWithin(peer * 16, number * 16, number * 16 + 16)
  }

  /** It has spoken: there is a request to reply to. */
  isKnown(peer: number): boolean {
    return this.#known[peer] === 1
  }

  identifier(peer: number): number {
    return this.#identifiers[peer] ?? 0
  }

  sequence(peer: number): number {
    return this.#sequences[peer] ?? 0
  }

  /** The request at `at` is the peer's latest. */
  noteRequest(peer: number, view: DataView, at: number): void {
    const identifier = view.getUint16(at + echo.identifier)
    const direct = this.#directs[peer] ?? 0
    // Another identifier is another way, or another socket.
    if (identifier !== this.#identifiers[peer]) this.#directs[peer] = 0
    else if (direct > 0 && (view.getUint8(at + echo.kind) & directFlag) !== 0) this.#directs[peer] = direct - 1
    this.#known[peer] = 1
    this.#identifiers[peer] = identifier
    this.#sequences[peer] = view.getUint16(at + echo.sequence)
  }

  /** A direct message of the peer came. */
  noteDirect(peer: number): void {
    this.#directs[peer] = patience
  }

  directsArrive(peer: number): boolean {
    return (this.#directs[peer] ?? 0) > 0
  }

  /** IPv4: the peer spoke to the address in the IP header at `at`. */
  noteHeader(peer: number, view: DataView, at: number): void {
    for (let i = 0; i < 4; i++) this.#locals[peer * 16 + i] = view.getUint8(at + destination + i)
  }

  /** IPv6: the peer spoke to the address in the `length` bytes of control messages at `at`, where it is the only one. */
  noteControl(peer: number, view: DataView, at: number, length: number): void {
    const { level, type, size, address } = packetInfo[6]
    if (length < controlHeader.data + size) return
    if (view.getInt32(at + controlHeader.level, true) !== level) return
    if (view.getInt32(at + controlHeader.type, true) !== type) return
    for (let i = 0; i < 16; i++) this.#locals[peer * 16 + i] = view.getUint8(at + controlHeader.data + address + i)
  }

  /** A control message that has the kernel send from there; answers the space that it takes. */
  writeControl(peer: number, view: DataView, at: number): number {
    const { level, type, size, address, addressSize } = packetInfo[this.#family]
    view.setUint32(at + controlHeader.length, controlHeader.data + size, true)
    view.setUint32(at + controlHeader.length + 4, 0, true)
    view.setInt32(at + controlHeader.level, level, true)
    view.setInt32(at + controlHeader.type, type, true)
    const data = at + controlHeader.data
    for (let i = 0; i < size; i += 4) view.setUint32(data + i, 0)
    for (let i = 0; i < addressSize; i++) view.setUint8(data + address + i, this.#locals[peer * 16 + i] ?? 0)
    return (controlHeader.data + size + 7) & ~7 // CMSG_SPACE
  }
}
