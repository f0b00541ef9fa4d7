import { type Arena, createArena, ioVector, sys } from "@tundeck/native-bindings"
import { setPointer } from "../set-pointer.ts"
import { fold, sumBytes, sumTcpPseudoHeader, writeIpv4Checksum } from "./checksum.ts"
import {
  dontFragment,
  ipv4At,
  ipv6At,
  linkHeaderLength,
  plainTcpIpHeader,
  tcpAt,
  tcpFlag,
  tcpHeaderLength,
} from "./tcp-segment.ts"
import { gsoType, needsChecksum, virtioHeader } from "./virtio-header.ts"

/**
 * Joins consecutive segments of one TCP flow, where they lie, into a train that one writev hands to the kernel: the
 * first packet whole, then the payloads of the others. The rules are those of the kernel's own receive offload: plain
 * headers, DF set, only ACK (PSH on the last), equal TTL, TOS, acknowledgement, window and options, the next sequence number,
 * equal sizes but for a shorter last one, and a TCP checksum that is right: a train's is not looked at again.
 */

const longestTrain = 65_535
/** Iovecs of one writev: the kernel's UIO_MAXIOV is 1024. */
const mostSegments = 128
/** IPv6, and TCP with all its options. */
const longestHeaders = 40 + 60
/** Before the payloads of the others: the virtio header, and the first packet whole. */
const fixedVectors = 2

export class Train {
  readonly #scratch: Arena
  readonly #vectors = createArena((fixedVectors + mostSegments) * ioVector.size + virtioHeader.size)
  readonly #virtio = (fixedVectors + mostSegments) * ioVector.size
  readonly #isEthernet: boolean
  /** The first packet's headers as they came: `finish` writes the train's over them, `restore` puts these back. */
  readonly #original = createArena(longestHeaders)
  /** Of the first segment's frame, an offset into the scratch; the others follow in order. */
  first = 0
  #link = 0
  #ip = 0
  #tcp = 0
  #size = 0
  #length = 0
  #nextSequence = 0
  #hasPush = false
  #isClosed = false
  segments = 0

  constructor(scratch: Arena, isEthernet: boolean) {
    this.#scratch = scratch
    this.#isEthernet = isEthernet
    setPointer(this.#vectors.view, ioVector.base, this.#vectors.address + this.#virtio)
    setPointer(this.#vectors.view, ioVector.length, virtioHeader.size)
  }

  /** Begins a train with the frame at `at`. False when it is none that another could join. */
  begin(at: number, length: number): boolean {
    const { view, address } = this.#scratch
    const link = linkHeaderLength(view, at, length, this.#isEthernet)
    if (link < 0) return false
    const network = at + link
    const ip = plainTcpIpHeader(view, network, length - link)
    if (ip === 0) return false
    const tcp = tcpHeaderLength(view, network + ip, length - link - ip)
    const isIpv4 = ip === ipv4At.size
    if (tcp === 0 || !isWholePacket(view, network, length - link, isIpv4)) return false
    if (isIpv4 && view.getUint16(network + ipv4At.fragment) !== dontFragment) return false
    const size = length - link - ip - tcp
    const flags = view.getUint8(network + ip + tcpAt.flags)
    if (size === 0 || (flags & ~tcpFlag.psh) !== tcpFlag.ack) return false
    if (!this.#hasRightChecksum(network, length - link, ip)) return false
    this.first = at
    this.#link = link
    this.#ip = ip
    this.#tcp = tcp
    this.#size = size
    this.#length = length - link
    this.#nextSequence = (view.getUint32(network + ip + tcpAt.sequence) + size) >>> 0
    this.#isClosed = (flags & tcpFlag.psh) !== 0
    this.#hasPush = this.#isClosed
    this.segments = 1
    setPointer(this.#vectors.view, ioVector.size + ioVector.base, address + at)
    setPointer(this.#vectors.view, ioVector.size + ioVector.length, length)
    return true
  }

  /** Joins the frame at `at` to the train, when it may. */
  join(at: number, length: number): boolean {
    const header = this.#link + this.#ip + this.#tcp
    const size = length - header
    if (this.segments === 0 || this.#isClosed || size <= 0 || size > this.#size) return false
    if (this.segments === mostSegments || this.#length + size > longestTrain) return false
    if (!this.#continues(at, length)) return false
    const { view, address } = this.#scratch
    const slot = (fixedVectors + this.segments - 1) * ioVector.size
    setPointer(this.#vectors.view, slot + ioVector.base, address + at + header)
    setPointer(this.#vectors.view, slot + ioVector.length, size)
    this.segments += 1
    this.#length += size
    this.#nextSequence = (this.#nextSequence + size) >>> 0
    this.#hasPush = (view.getUint8(at + this.#link + this.#ip + tcpAt.flags) & tcpFlag.psh) !== 0
    this.#isClosed = this.#hasPush || size < this.#size
    return true
  }

  /** Fills in headers and virtio header: `address` and `count` are the iovecs to write. */
  finish(): void {
    const { view, address } = this.#scratch
    const out = this.#vectors.view
    const at = this.first + this.#link
    const isIpv4 = this.#ip === ipv4At.size
    sys.copy(this.#original.address, address + at, this.#ip + this.#tcp)
    if (isIpv4) {
      view.setUint16(at + ipv4At.length, this.#length)
      writeIpv4Checksum(view, at, this.#ip)
    } else {
      view.setUint16(at + ipv6At.payloadLength, this.#length - this.#ip)
    }
    if (this.#hasPush) view.setUint8(at + this.#ip + tcpAt.flags, tcpFlag.ack | tcpFlag.psh)
    const pseudo = sumTcpPseudoHeader(view, at, isIpv4, this.#length - this.#ip)
    view.setUint16(at + this.#ip + tcpAt.checksum, fold(pseudo), true)
    out.setUint8(this.#virtio + virtioHeader.flags, needsChecksum)
    out.setUint8(this.#virtio + virtioHeader.gsoType, isIpv4 ? gsoType.tcp4 : gsoType.tcp6)
    out.setUint16(this.#virtio + virtioHeader.headerLength, this.#link + this.#ip + this.#tcp, true)
    out.setUint16(this.#virtio + virtioHeader.gsoSize, this.#size, true)
    out.setUint16(this.#virtio + virtioHeader.checksumStart, this.#link + this.#ip, true)
    out.setUint16(this.#virtio + virtioHeader.checksumOffset, tcpAt.checksum, true)
  }

  /** Of the iovecs, for the kernel; `vectors` is the same memory, the virtio header behind them. */
  get address(): number {
    return this.#vectors.address
  }

  get vectors(): DataView {
    return this.#vectors.view
  }

  get count(): number {
    return fixedVectors + this.segments - 1
  }

  /** After the write: the first packet is again as it came, and the train is empty. */
  restore(): void {
    sys.copy(this.#scratch.address + this.first + this.#link, this.#original.address, this.#ip + this.#tcp)
    this.segments = 0
  }

  #hasRightChecksum(at: number, length: number, ip: number): boolean {
    const { view } = this.#scratch
    const sum = sumTcpPseudoHeader(view, at, ip === ipv4At.size, length - ip) + sumBytes(view, at + ip, length - ip)
    return fold(sum) === 0xffff
  }

  #continues(frame: number, length: number): boolean {
    const { view } = this.#scratch
    const at = frame + this.#link
    const first = this.first + this.#link
    const isIpv4 = this.#ip === ipv4At.size
    if (!isWholePacket(view, at, length - this.#link, isIpv4)) return false
    if (this.#link > 0 && !this.#hasSameLinkHeader(frame)) return false
    const tcp = this.#ip
    if ((view.getUint8(at + tcp + tcpAt.flags) & ~tcpFlag.psh) !== tcpFlag.ack) return false
    if (view.getUint32(at + tcp + tcpAt.sequence) !== this.#nextSequence) return false
    // Version, header length, TOS, flow label; TTL and protocol; addresses.
    if (isIpv4) {
      if (view.getUint16(at) !== view.getUint16(first)) return false
      if (view.getUint16(at + ipv4At.fragment) !== dontFragment) return false
      if (view.getUint16(at + ipv4At.ttl) !== view.getUint16(first + ipv4At.ttl)) return false
      if (!this.#isEqual(at, ipv4At.source, ipv4At.size)) return false
    } else {
      if (view.getUint32(at) !== view.getUint32(first)) return false
      if (view.getUint16(at + ipv6At.nextHeader) !== view.getUint16(first + ipv6At.nextHeader)) return false
      if (!this.#isEqual(at, ipv6At.source, ipv6At.size)) return false
    }
    // Ports; acknowledgement; data offset; window; urgent pointer and options.
    if (!this.#isEqual(at, tcp, tcp + 4)) return false
    if (!this.#isEqual(at, tcp + tcpAt.acknowledgement, tcp + tcpAt.dataOffset)) return false
    if (view.getUint8(at + tcp + tcpAt.dataOffset) !== view.getUint8(first + tcp + tcpAt.dataOffset)) return false
    if (view.getUint16(at + tcp + tcpAt.window) !== view.getUint16(first + tcp + tcpAt.window)) return false
    if (view.getUint16(at + tcp + tcpAt.urgent) !== view.getUint16(first + tcp + tcpAt.urgent)) return false
    return this.#isEqual(at, tcp + tcpAt.size, tcp + this.#tcp) && this.#hasRightChecksum(at, length - this.#link, tcp)
  }

  #hasSameLinkHeader(frame: number): boolean {
    const { view } = this.#scratch
    for (let i = 0; i < this.#link; i += 2)
      if (view.getUint16(frame + i) !== view.getUint16(this.first + i)) return false
    return true
  }

  /** Compares bytes `from` to `to`, a multiple of four, of the IP packet at `at` with the first one's. */
  #isEqual(at: number, from: number, to: number): boolean {
    const { view } = this.#scratch
    const first = this.first + this.#link
    for (let i = from; i < to; i += 4) if (view.getUint32(at + i) !== view.getUint32(first + i)) return false
    return true
  }
}

/** The length that the header tells is the length that there is: nothing stands behind the segment. */
function isWholePacket(view: DataView, at: number, length: number, isIpv4: boolean): boolean {
  if (isIpv4) return view.getUint16(at) >> 8 === 0x45 && view.getUint16(at + ipv4At.length) === length
  return view.getUint16(at + ipv6At.payloadLength) + ipv6At.size === length
}
