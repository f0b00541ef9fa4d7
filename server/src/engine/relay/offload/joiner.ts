import { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { gsoTypeOf } from "./gso-kind.ts"
import { dontFragment, ipv4At, ipv6At, tcpAt, tcpFlag, udpAt } from "./header-fields.ts"
import { fold, swap } from "./ones-complement.ts"
import { PacketHeaders } from "./packet-headers.ts"
import { sumPseudoHeader } from "./pseudo-header.ts"

/**
 * Joins consecutive packets of one flow, where they lie, into a train that one writev hands to the kernel: the first
 * packet whole, then the payloads of the others. The rules are those of the kernel's own receive offload: plain headers,
 * TTL, TOS, acknowledgement, window and options equal, the next sequence number, only ACK (PSH on the last), equal sizes
 * but for a shorter last one, and right checksums: a train's are not looked at again.
 *
 *     begin ──▶ join, join … ──▶ finish ──▶ device.writeJoined(head, 0, pieces) ──▶ restore
 *       └── of one packet: written as it came ──▶ restore
 */

/** Of the IP packet, its header included. */
const longestTrain = 65_535
/** UIO_MAXIOV, less the virtio header. */
const mostPieces = 1023
/** UDP_MAX_SEGMENTS of Linux before 6.11. */
const mostDatagrams = 64

export class Joiner {
  readonly #memory: RelayMemory
  readonly #isEthernet: boolean
  readonly #joinsUdp: boolean
  /** Entry 0 is the train, from `finish` to `restore`. */
  readonly head = new Batch(1)
  /** The packets of the train are `count` consecutive entries of the batch, from `first` on. None: there is no train. */
  first = 0
  count = 0

  // Of the first packet.
  readonly #headers = new PacketHeaders()
  #at = 0
  #peer = 0
  #size = 0
  #pseudo = 0
  #id = 0
  // Of the train so far.
  #batch: Batch
  #ipLength = 0
  #nextSequence = 0
  #hasPush = false
  #isClosed = false
  // What `finish` wrote over.
  #isFinished = false
  #ownIpLength = 0
  #ownIpChecksum = 0
  #ownFlags = 0
  #ownChecksum = 0

  /** `joinsUdp`: the kernel takes trains of datagrams (Linux 6.2). */
  constructor(memory: RelayMemory, isEthernet: boolean, joinsUdp: boolean) {
    this.#memory = memory
    this.#isEthernet = isEthernet
    this.#joinsUdp = joinsUdp
    this.#batch = this.head
  }

  /** The iovecs, from 1 on, that hold the train after `finish`. */
  get pieces(): number {
    return this.count
  }

  /** Begins a train with entry `i`. False when it is none that another could join. */
  begin(batch: Batch, i: number): boolean {
    this.count = 0
    const { view } = this.#memory
    const headers = this.#headers
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    if (batch.isOpen(i) || !headers.read(view, at, length, this.#isEthernet)) return false
    if (!headers.isPlain || headers.ipLength !== length - headers.link) return false
    const size = length - headers.size
    if (size === 0) return false
    this.#at = at
    this.#pseudo = sumPseudoHeader(this.#memory, at + headers.link, headers)
    if (headers.isIpv4 && !this.#hasRightIpv4Checksum(at + headers.link)) return false
    const transport = at + headers.transportAt
    if (headers.isTcp) {
      const flags = view.getUint8(transport + tcpAt.flags)
      if ((flags & ~tcpFlag.psh) !== tcpFlag.ack) return false
      this.#hasPush = flags !== tcpFlag.ack
      this.#nextSequence = (view.getInt32(transport + tcpAt.sequence) + size) | 0
    } else {
      if (!this.#joinsUdp || !isWholeDatagram(view, transport, size)) return false
      this.#hasPush = false
    }
    if (!this.#hasRightChecksum(transport, headers.transport + size)) return false
    this.#id = headers.isIpv4 ? view.getUint16(at + headers.link + ipv4At.id) : 0
    this.#peer = batch.peer[i] ?? 0
    this.#size = size
    this.#batch = batch
    this.#ipLength = headers.ipLength
    this.#isClosed = this.#hasPush
    this.first = i
    this.count = 1
    return true
  }

  /** Joins entry `i` to the train, when it may. */
  join(batch: Batch, i: number): boolean {
    if (this.count === 0 || this.#isClosed || i !== this.first + this.count || batch !== this.#batch) return false
    const { view } = this.#memory
    const { size: header, link, ip, isTcp } = this.#headers
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    const size = length - header
    if (size <= 0 || size > this.#size || this.#ipLength + size > longestTrain) return false
    if (this.count === (isTcp ? mostPieces : mostDatagrams)) return false
    if (at + length > view.byteLength || batch.isOpen(i) || batch.peer[i] !== this.#peer) return false
    if (!this.#isEqual(at, 0, link, 2) || !this.#continuesIp(at + link, length - link)) return false
    const transport = at + link + ip
    if (!(isTcp ? this.#continuesTcp(at, transport) : this.#continuesUdp(transport, size))) return false
    if (!this.#hasRightChecksum(transport, length - link - ip)) return false
    this.count += 1
    this.#ipLength += size
    this.#nextSequence = (this.#nextSequence + size) | 0
    this.#hasPush = isTcp && (view.getUint8(transport + tcpAt.flags) & tcpFlag.psh) !== 0
    this.#isClosed = this.#hasPush || size < this.#size
    return true
  }

  /** For a train of two packets and more: writes its headers over the first one's, and the iovecs. */
  finish(): void {
    const { view } = this.#memory
    const { isIpv4, isTcp, link, ip, transportAt, checksumOffset } = this.#headers
    const network = this.#at + link
    const transport = this.#at + transportAt
    const segmentLength = this.#ipLength - ip
    this.#isFinished = true
    this.#ownChecksum = view.getUint16(transport + checksumOffset)
    if (isIpv4) {
      this.#ownIpLength = view.getUint16(network + ipv4At.length)
      this.#ownIpChecksum = view.getUint16(network + ipv4At.checksum)
      view.setUint16(network + ipv4At.length, this.#ipLength)
      view.setUint16(network + ipv4At.checksum, 0)
      view.setUint16(network + ipv4At.checksum, ~this.#memory.sum(network, ip), true)
    } else {
      this.#ownIpLength = view.getUint16(network + ipv6At.payloadLength)
      view.setUint16(network + ipv6At.payloadLength, segmentLength)
    }
    if (isTcp) {
      this.#ownFlags = view.getUint8(transport + tcpAt.flags)
      view.setUint8(transport + tcpAt.flags, this.#hasPush ? tcpFlag.ack | tcpFlag.psh : tcpFlag.ack)
    } else {
      view.setUint16(transport + udpAt.length, segmentLength)
    }
    view.setUint16(transport + checksumOffset, fold(this.#pseudo + swap(segmentLength)), true)
    this.#aim()
  }

  /** After the write: the first packet is again as it came, and there is no train. */
  restore(): void {
    this.count = 0
    if (!this.#isFinished) return
    this.#isFinished = false
    const { view } = this.#memory
    const { isIpv4, isTcp, link, transport: transportLength, transportAt, checksumOffset } = this.#headers
    const network = this.#at + link
    const transport = this.#at + transportAt
    if (isIpv4) {
      view.setUint16(network + ipv4At.length, this.#ownIpLength)
      view.setUint16(network + ipv4At.checksum, this.#ownIpChecksum)
    } else {
      view.setUint16(network + ipv6At.payloadLength, this.#ownIpLength)
    }
    if (isTcp) view.setUint8(transport + tcpAt.flags, this.#ownFlags)
    else view.setUint16(transport + udpAt.length, transportLength + this.#size)
    view.setUint16(transport + checksumOffset, this.#ownChecksum)
  }

  /** The iovecs: the first packet whole, then the payloads of the others. And what the virtio header says of them. */
  #aim(): void {
    const batch = this.#batch
    const { size: header, link, transportAt, checksumOffset } = this.#headers
    for (let piece = 1, i = this.first; piece <= this.count; piece++, i++) {
      const skipped = piece === 1 ? 0 : header
      this.#memory.setVector(piece, (batch.at[i] ?? 0) + skipped, (batch.length[i] ?? 0) - skipped)
    }
    const { head } = this
    head.clear()
    head.add(this.#at, link + this.#ipLength, this.#peer)
    head.gsoType[0] = gsoTypeOf(this.#headers)
    head.gsoSize[0] = this.#size
    head.checksumStart[0] = transportAt
    head.checksumOffset[0] = checksumOffset
  }

  #continuesIp(network: number, length: number): boolean {
    const { view } = this.#memory
    const first = this.#at + this.#headers.link
    if (!this.#headers.isIpv4) {
      // Version, traffic class, flow label; next header, hop limit; addresses.
      if (view.getUint16(network + ipv6At.payloadLength) + ipv6At.size !== length) return false
      if (view.getInt32(network) !== view.getInt32(first)) return false
      if (view.getInt16(network + ipv6At.nextHeader) !== view.getInt16(first + ipv6At.nextHeader)) return false
      return this.#isEqual(
        network - this.#headers.link,
        this.#headers.link + ipv6At.source,
        this.#headers.transportAt,
        4,
      )
    }
    // Version, header length, TOS; fragment; TTL, protocol; addresses.
    if (view.getUint16(network + ipv4At.length) !== length) return false
    if (view.getInt16(network) !== view.getInt16(first)) return false
    const fragment = view.getUint16(network + ipv4At.fragment)
    if (fragment !== view.getUint16(first + ipv4At.fragment)) return false
    // RFC 6864: where DF is set the id means nothing; else the train's are counted up again when it is cut.
    if (fragment !== dontFragment && view.getUint16(network + ipv4At.id) !== ((this.#id + this.count) & 0xffff))
      return false
    if (view.getInt16(network + ipv4At.ttl) !== view.getInt16(first + ipv4At.ttl)) return false
    if (view.getInt32(network + ipv4At.source) !== view.getInt32(first + ipv4At.source)) return false
    if (view.getInt32(network + ipv4At.source + 4) !== view.getInt32(first + ipv4At.source + 4)) return false
    return this.#hasRightIpv4Checksum(network)
  }

  #continuesTcp(at: number, transport: number): boolean {
    const { view } = this.#memory
    const first = this.#at + this.#headers.transportAt
    if (view.getInt32(transport + tcpAt.sequence) !== this.#nextSequence) return false
    // Ports; acknowledgement; data offset, flags but for PSH; window; urgent pointer; options.
    if (view.getInt32(transport) !== view.getInt32(first)) return false
    if (view.getInt32(transport + tcpAt.acknowledgement) !== view.getInt32(first + tcpAt.acknowledgement)) return false
    if (((view.getInt16(transport + tcpAt.dataOffset) ^ view.getInt16(first + tcpAt.dataOffset)) & ~tcpFlag.psh) !== 0)
      return false
    if (view.getInt16(transport + tcpAt.window) !== view.getInt16(first + tcpAt.window)) return false
    if (view.getInt16(transport + tcpAt.urgent) !== view.getInt16(first + tcpAt.urgent)) return false
    return this.#isEqual(at, this.#headers.transportAt + tcpAt.size, this.#headers.size, 4)
  }

  #continuesUdp(transport: number, size: number): boolean {
    const { view } = this.#memory
    if (view.getInt32(transport) !== view.getInt32(this.#at + this.#headers.transportAt)) return false
    return isWholeDatagram(view, transport, size)
  }

  /** Compares bytes `from` to `to` of the packet at `at` with the first one's, `step` (2 or 4) at a time. */
  #isEqual(at: number, from: number, to: number, step: number): boolean {
    const { view } = this.#memory
    for (let i = from; i < to; i += step) {
      if (
        step === 4
          ? view.getInt32(at + i) !== view.getInt32(this.#at + i)
          : view.getInt16(at + i) !== view.getInt16(this.#at + i)
      )
        return false
    }
    return true
  }

  #hasRightChecksum(transport: number, length: number): boolean {
    return fold(this.#pseudo + swap(length) + this.#memory.sum(transport, length)) === 0xffff
  }

  #hasRightIpv4Checksum(network: number): boolean {
    return this.#memory.sum(network, ipv4At.size) === 0xffff
  }
}

/** RFC 768: a checksum of 0 means that there is none; such a datagram must not get one. */
function isWholeDatagram(view: DataView, at: number, size: number): boolean {
  return view.getUint16(at + udpAt.length) === udpAt.size + size && view.getUint16(at + udpAt.checksum) !== 0
}
