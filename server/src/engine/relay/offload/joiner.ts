import { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { gsoTypeOf } from "./gso-kind.ts"
import { dontFragment, ipv4At, ipv6At, tcpAt, tcpFlag, udpAt } from "./header-fields.ts"
import { fold, swap } from "./ones-complement.ts"
import { PacketHeaders } from "./packet-headers.ts"
import { sumPseudoHeader } from "./pseudo-header.ts"
import { isSameIpv4, isSameIpv6, isSameLink, isSameTcp, isSameUdp, isWholeDatagram } from "./same-flow.ts"

// A train's life. One of a single packet is written as that packet; `restore` ends both.
//
//   begin ──▶ join, join … ──▶ finish ──▶ device.writeJoined(head, 0, pieces) ──▶ restore

/** Of the IP packet, its header included. */
const longestTrain = 65_535
/** UIO_MAXIOV, less the virtio header. */
const mostPieces = 1023
/** UDP_MAX_SEGMENTS of Linux before 6.11. */
const mostDatagrams = 64

/**
 * Joins consecutive packets of one flow, where they lie, into a train that one writev hands to the kernel: the first
 * packet whole, then the payloads of the others. The rules are those of the kernel's own receive offload: no fragments,
 * no IP options, all headers equal, the next sequence number, only ACK (PSH on the last), equal sizes but for a shorter
 * last one, and right checksums: a train's are not looked at again.
 */
export class Joiner {
  readonly #memory: RelayMemory
  readonly #isEthernet: boolean
  /** The device takes trains of datagrams. */
  joinsUdp = true
  /** Entry 0 is the train, from `finish` to `restore`. */
  readonly head = new Batch(1)
  /** The train's packets are `count` entries of the batch, from `first` on; 0 when there is no train. */
  first = 0
  count = 0

  // Of the first packet.
  readonly #headers = new PacketHeaders()
  #at = 0
  #peer = 0
  #size = 0
  #id = 0
  #pseudo = 0
  #checksum = 0
  #ipChecksum = 0
  // Of the train so far.
  #batch: Batch = this.head
  #ipLength = 0
  #sequence = 0
  #isPushed = false
  #isClosed = false
  #isFinished = false

  constructor(memory: RelayMemory, isEthernet: boolean) {
    this.#memory = memory
    this.#isEthernet = isEthernet
  }

  /** The train lies in iovecs 1 to `pieces`, after `finish`. */
  get pieces(): number {
    return this.count
  }

  /** Begins a train with entry `i`, when another packet could join it. */
  begin(batch: Batch, i: number): boolean {
    this.count = 0
    const { view } = this.#memory
    const headers = this.#headers
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    if (batch.isOpen(i) || !headers.read(view, at, length, this.#isEthernet)) return false
    if (!headers.isPlain || headers.ipLength !== length - headers.link || length === headers.size) return false
    const network = at + headers.link
    const transport = at + headers.transportAt
    const segment = length - headers.transportAt
    if (headers.isTcp) {
      if (view.getUint8(transport + tcpAt.flags) !== tcpFlag.ack) return false
    } else if (!this.joinsUdp || !isWholeDatagram(view, transport, segment)) {
      return false
    }
    if (headers.isIpv4 && this.#memory.sum(network, ipv4At.size) !== 0xffff) return false
    this.#pseudo = sumPseudoHeader(this.#memory, network, headers)
    if (!this.#hasRightChecksum(transport, segment)) return false
    this.#at = at
    this.#peer = batch.peer[i] ?? 0
    this.#size = length - headers.size
    this.#id = view.getUint16(network + ipv4At.id)
    this.#batch = batch
    this.#ipLength = headers.ipLength
    this.#sequence = (view.getInt32(transport + tcpAt.sequence) + this.#size) | 0
    this.#isPushed = false
    this.#isClosed = false
    this.first = i
    this.count = 1
    return true
  }

  /** Joins entry `i` to the train, when it may. */
  join(batch: Batch, i: number): boolean {
    if (this.count === 0 || this.#isClosed || i !== this.first + this.count || batch !== this.#batch) return false
    const { view } = this.#memory
    const { size: headers, link, transportAt, isTcp } = this.#headers
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    const size = length - headers
    if (size <= 0 || size > this.#size || this.#ipLength + size > longestTrain) return false
    if (this.count === (isTcp ? mostPieces : mostDatagrams)) return false
    if (at + length > view.byteLength || batch.isOpen(i) || batch.peer[i] !== this.#peer) return false
    if (!isSameLink(view, at, this.#at, link) || !this.#continuesIp(at + link, length - link)) return false
    const transport = at + transportAt
    const segment = length - transportAt
    if (!(isTcp ? this.#continuesTcp(transport) : this.#continuesUdp(transport, segment))) return false
    if (!this.#hasRightChecksum(transport, segment)) return false
    this.count += 1
    this.#ipLength += size
    this.#sequence = (this.#sequence + size) | 0
    this.#isPushed = isTcp && (view.getUint8(transport + tcpAt.flags) & tcpFlag.psh) !== 0
    this.#isClosed = this.#isPushed || size < this.#size
    return true
  }

  /** For two packets and more: writes the train's headers over the first one's, the iovecs and the head. */
  finish(): void {
    const { view } = this.#memory
    const { isIpv4, isTcp, link, ip, transportAt, checksumOffset } = this.#headers
    const network = this.#at + link
    const transport = this.#at + transportAt
    this.#isFinished = true
    this.#checksum = view.getUint16(transport + checksumOffset)
    this.#ipChecksum = view.getUint16(network + ipv4At.checksum)
    this.#writeLengths(this.#ipLength)
    if (isIpv4) {
      view.setUint16(network + ipv4At.checksum, 0)
      view.setUint16(network + ipv4At.checksum, ~this.#memory.sum(network, ip), true)
    }
    if (isTcp && this.#isPushed) view.setUint8(transport + tcpAt.flags, tcpFlag.ack | tcpFlag.psh)
    view.setUint16(transport + checksumOffset, fold(this.#pseudo + swap(this.#ipLength - ip)), true)
    this.#aim()
  }

  /** After the write: the first packet is again as it came, and there is no train. */
  restore(): void {
    this.count = 0
    if (!this.#isFinished) return
    this.#isFinished = false
    const { view } = this.#memory
    const { isIpv4, isTcp, link, ip, transport, transportAt, checksumOffset } = this.#headers
    this.#writeLengths(ip + transport + this.#size)
    if (isIpv4) view.setUint16(this.#at + link + ipv4At.checksum, this.#ipChecksum)
    if (isTcp) view.setUint8(this.#at + transportAt + tcpAt.flags, tcpFlag.ack)
    view.setUint16(this.#at + transportAt + checksumOffset, this.#checksum)
  }

  #writeLengths(ipLength: number): void {
    const { view } = this.#memory
    const { isIpv4, isTcp, link, ip, transportAt } = this.#headers
    const network = this.#at + link
    if (isIpv4) view.setUint16(network + ipv4At.length, ipLength)
    else view.setUint16(network + ipv6At.payloadLength, ipLength - ip)
    if (!isTcp) view.setUint16(this.#at + transportAt + udpAt.length, ipLength - ip)
  }

  #aim(): void {
    const { head, first, count } = this
    const batch = this.#batch
    const { size: headers, link, transportAt, checksumOffset } = this.#headers
    this.#memory.setVector(1, this.#at, batch.length[first] ?? 0)
    for (let piece = 2, i = first + 1; piece <= count; piece++, i++) {
      this.#memory.setVector(piece, (batch.at[i] ?? 0) + headers, (batch.length[i] ?? 0) - headers)
    }
    head.clear()
    head.add(this.#at, link + this.#ipLength, this.#peer)
    head.gsoType[0] = gsoTypeOf(this.#headers)
    head.gsoSize[0] = this.#size
    head.checksumStart[0] = transportAt
    head.checksumOffset[0] = checksumOffset
  }

  #continuesIp(at: number, length: number): boolean {
    const { view } = this.#memory
    const first = this.#at + this.#headers.link
    if (!this.#headers.isIpv4) {
      return view.getUint16(at + ipv6At.payloadLength) + ipv6At.size === length && isSameIpv6(view, at, first)
    }
    if (view.getUint16(at + ipv4At.length) !== length || !isSameIpv4(view, at, first)) return false
    // RFC 6864: where DF is set the id means nothing. Else it must be the one that cutting the train would give.
    const mayBeFragmented = view.getUint16(at + ipv4At.fragment) !== dontFragment
    if (mayBeFragmented && view.getUint16(at + ipv4At.id) !== ((this.#id + this.count) & 0xffff)) return false
    return this.#memory.sum(at, ipv4At.size) === 0xffff
  }

  #continuesTcp(at: number): boolean {
    const { view } = this.#memory
    if (view.getInt32(at + tcpAt.sequence) !== this.#sequence) return false
    return isSameTcp(view, at, this.#at + this.#headers.transportAt, this.#headers.transport)
  }

  #continuesUdp(at: number, length: number): boolean {
    const { view } = this.#memory
    return isSameUdp(view, at, this.#at + this.#headers.transportAt) && isWholeDatagram(view, at, length)
  }

  /** Of the TCP or UDP packet of `length` bytes; the pseudo header is that of the train. */
  #hasRightChecksum(at: number, length: number): boolean {
    return fold(this.#pseudo + swap(length) + this.#memory.sum(at, length)) === 0xffff
  }
}
