import { errno, messageFlags, sys } from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import { controlSize, nameSize, type RelayMemory } from "../memory.ts"
import { countFitting, lengthSize } from "./icmp-bundle.ts"
import type { DirectWay } from "./icmp-direct.ts"
import { directFlag, type EchoMark, echo, kinds, writeChecksum, writeEcho } from "./icmp-header.ts"
import type { EchoPeers } from "./icmp-peers.ts"
import type { PeerAddresses } from "./peer-addresses.ts"

/** With eight packets each these name 1,088 iovecs, and their headers and lengths need 3,200 bytes. */
const mostMessages = 64

export interface EchoSenderOptions {
  fd: number
  memory: RelayMemory
  /** Of a caller's requests, or a listener's replies. */
  mark: EchoMark
  directMark: EchoMark
  /** A caller's. */
  direct: DirectWay
  isIpv4: boolean
  overhead: number
  /** Of a caller: what its requests carry. undefined: replies, to where the peers' requests came from. */
  identifier: number | undefined
  addresses: PeerAddresses
  peers: EchoPeers
  /** Replies leave from the address that the peer spoke to. */
  answersWhereAsked: boolean
}

/** Makes echo messages around packets, where they lie. */
export class EchoSender {
  readonly #options: EchoSenderOptions
  /** Replaced when the peers change. */
  addresses: PeerAddresses
  readonly #memory: RelayMemory
  readonly #calls: DataView
  #sequence = 0
  /** Of the call that is being made: iovecs so far, and the packets in each message. */
  #vectors = 0
  readonly #packets = new Uint8Array(mostMessages)

  constructor(options: EchoSenderOptions) {
    this.#options = options
    this.#memory = options.memory
    this.addresses = options.addresses
    this.#calls = options.memory.calls.view
  }

  /** See DatagramSocket. -ENOTCONN for a peer that has not spoken yet: there is no request to reply to. */
  send(batch: Batch, from: number, to: number): number {
    let messages = 0
    let i = from
    this.#vectors = 0
    while (i < to && messages < mostMessages) {
      const taken = this.#compose(batch, i, to, messages)
      if (taken === 0) break
      this.#packets[messages++] = taken
      i += taken
      if (messages === 1) messages += this.#tryDirect()
    }
    if (messages === 0) return -errno.ENOTCONN
    const sent = sys.sendmmsg(this.#options.fd, this.#memory.messageAddress(0), messages, messageFlags.doNotWait)
    if (sent < 0) return sent
    let packets = 0
    for (let message = 0; message < sent; message++) packets += this.#packets[message] ?? 0
    return packets
  }

  /** Message `slot` carries packet `i` and what fits of those behind it; answers how many, 0 where there is no request. */
  #compose(batch: Batch, i: number, to: number, slot: number): number {
    const { identifier, peers, overhead, isIpv4 } = this.#options
    const peer = batch.peer[i] ?? 0
    if (identifier === undefined && !peers.isKnown(peer)) return 0
    const header = this.#memory.ownAt + slot * echo.payload
    const count = countFitting(batch, i, to, overhead)
    this.#writeHeader(header, slot, peer, count === 1 ? kinds.packet : kinds.bundle)
    const first = this.#vectors
    this.#memory.setVectorToCalls(this.#vectors++, header, echo.payload)
    const sum = count === 1 ? this.#addPacket(batch, i) : this.#addBundle(batch, i, count)
    // ICMPv6's checksum covers addresses that the kernel picks: it completes it.
    if (isIpv4) writeChecksum(this.#calls, header, sum)
    this.#address(slot, first, peer)
    batch.bundle.fill(count, i, i + count)
    return count
  }

  #writeHeader(header: number, slot: number, peer: number, kind: number): void {
    const { identifier, peers, mark, directMark, direct } = this.#options
    if (identifier === undefined) {
      const flag = peers.directsArrive(peer) ? directFlag : 0
      writeEcho(this.#calls, header, mark, kind | flag, peers.identifier(peer), peers.sequence(peer))
      return
    }
    if (direct.arrives && slot > 0) {
      writeEcho(this.#calls, header, directMark, kind, identifier, this.#sequence)
      direct.noteSent()
    } else {
      const flag = direct.takeSent() ? directFlag : 0
      writeEcho(this.#calls, header, mark, kind | flag, identifier, this.#sequence)
    }
    this.#sequence = (this.#sequence + 1) & 0xffff
  }

  /** A caller tries, behind its first message, whether direct ones arrive. Answers how many messages that took. */
  #tryDirect(): number {
    const { identifier, direct, directMark, isIpv4 } = this.#options
    if (identifier === undefined || direct.arrives || !direct.isTimeToTry()) return 0
    const header = this.#memory.ownAt + echo.payload
    writeEcho(this.#calls, header, directMark, kinds.packet, identifier, this.#sequence)
    if (isIpv4) writeChecksum(this.#calls, header, 0)
    this.#memory.setVectorToCalls(this.#vectors, header, echo.payload)
    this.#memory.setMessage(1, this.#vectors++, 1, 0, 0)
    this.#packets[1] = 0
    direct.noteSent()
    return 1
  }

  /** Answers the packet's sum, big-endian. */
  #addPacket(batch: Batch, i: number): number {
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    this.#memory.setVector(this.#vectors++, at, length)
    return this.#options.isIpv4 ? swap(this.#memory.sum(at, length)) : 0
  }

  #addBundle(batch: Batch, from: number, count: number): number {
    let sum = 0
    let isOdd = false
    for (let i = from; i < from + count; i++) {
      const length = batch.length[i] ?? 0
      const word = this.#memory.ownAt + mostMessages * echo.payload + this.#vectors * lengthSize
      this.#calls.setUint16(word, length)
      this.#memory.setVectorToCalls(this.#vectors++, word, lengthSize)
      const part = length + this.#addPacket(batch, i)
      // RFC 1071: what begins at an odd byte adds with its bytes swapped.
      sum += isOdd ? swap((part & 0xffff) + (part >>> 16)) : part
      isOdd = isOdd !== ((length & 1) === 1)
    }
    return sum
  }

  /** A caller's socket is connected, a listener's message names its peer. */
  #address(slot: number, firstVector: number, peer: number): void {
    const memory = this.#memory
    const { identifier, peers, answersWhereAsked } = this.#options
    const isReply = identifier === undefined
    const nameLength = isReply ? this.addresses.write(peer, this.#calls, memory.namesAt + slot * nameSize) : 0
    const controlLength = answersWhereAsked
      ? peers.writeControl(peer, this.#calls, memory.controlsAt + slot * controlSize)
      : 0
    memory.setMessage(slot, firstVector, this.#vectors - firstVector, nameLength, controlLength)
  }
}

/** `memory.sum` answers in host order. Below 2^16. */
function swap(sum: number): number {
  return ((sum & 0xff) << 8) | (sum >>> 8)
}
