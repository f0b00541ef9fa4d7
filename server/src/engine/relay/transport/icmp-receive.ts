import {
  errno,
  messageFlags,
  messageHeader,
  multipleMessageHeader,
  socketAddressSize,
  sys,
} from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import { strangerPeer } from "../batch.ts"
import { controlSize, nameSize, type RelayMemory } from "../memory.ts"
import { bundleSize, mostPackets, unbundle } from "./icmp-bundle.ts"
import type { DirectWay } from "./icmp-direct.ts"
import { directFlag, type EchoMark, echo, isEcho, kindMask, kinds } from "./icmp-header.ts"
import type { EchoPeers } from "./icmp-peers.ts"
import type { PeerAddresses } from "./peer-addresses.ts"

const longestIpv4Header = 60
const mostSlots = 64
const fewestSlots = 8

export interface EchoReceiverOptions {
  fd: number
  memory: RelayMemory
  /** Of the worker's memory; empty between wake-ups. */
  region: { at: number; size: number }
  /** The longest packet that a peer may send. */
  largestPacket: () => number
  /** Of a listener's replies, or a caller's requests. */
  mark: EchoMark
  /** What a listener takes besides. */
  directMark: EchoMark
  /** A caller's. */
  direct: DirectWay
  isIpv4: boolean
  /** Of a caller: what the replies carry. */
  identifier: number | undefined
  addresses: PeerAddresses
  peers: EchoPeers
  answersWhereAsked: boolean
  malformed: () => void
  /** The address at `name` of the memory for calls is no peer's. */
  onStranger(name: number): void
}

/** What a message of `packet` bytes may take in the region. */
export function slotSize(packet: number): number {
  return (longestIpv4Header + echo.payload + Math.max(packet, bundleSize) + 63) & ~63
}

/** Takes packets out of echo messages, and leaves them where the kernel put them. */
export class EchoReceiver {
  readonly #options: EchoReceiverOptions
  /** Replaced when the peers change. */
  addresses: PeerAddresses
  readonly #memory: RelayMemory
  readonly #calls: DataView
  /** Of the call that is being made: the MTU may be another next time. */
  #slotSize = 0
  /** As many slots as the next call gets: to aim 64 for a single packet costs more than to receive it. */
  #expected = fewestSlots

  constructor(options: EchoReceiverOptions) {
    this.#options = options
    this.#memory = options.memory
    this.addresses = options.addresses
    this.#calls = options.memory.calls.view
  }

  /** See DatagramSocket. 0 when all that came was malformed; -EAGAIN also when the batch has no room. */
  receive(batch: Batch): number {
    const { fd, region, largestPacket, identifier, answersWhereAsked, isIpv4 } = this.#options
    const memory = this.#memory
    const nameLength = identifier === undefined ? socketAddressSize : 0
    const controlLength = answersWhereAsked && !isIpv4 ? controlSize : 0
    const room = Math.floor((batch.capacity - batch.count) / mostPackets)
    this.#slotSize = slotSize(largestPacket())
    const slots = Math.min(this.#expected, Math.floor(region.size / this.#slotSize), room)
    if (slots === 0) return -errno.EAGAIN
    for (let slot = 0; slot < slots; slot++) {
      memory.setVector(slot, region.at + slot * this.#slotSize, this.#slotSize)
      memory.setMessage(slot, slot, 1, nameLength, controlLength)
    }
    const n = sys.recvmmsg(fd, memory.messageAddress(0), slots, messageFlags.doNotWait)
    if (n < 0) return n
    this.#expected = n === slots ? Math.min(2 * this.#expected, mostSlots) : Math.max(n, fewestSlots)
    const before = batch.count
    for (let slot = 0; slot < n; slot++) this.#take(batch, slot)
    return batch.count - before
  }

  #take(batch: Batch, slot: number): void {
    const { view } = this.#memory
    const { isIpv4, mark, directMark, direct, identifier, malformed } = this.#options
    const message = this.#memory.messagesAt + slot * multipleMessageHeader.size
    const start = this.#options.region.at + slot * this.#slotSize
    const received = this.#calls.getUint32(message + multipleMessageHeader.length, true)
    // RFC 791: IHL. IPv6 sockets begin with the ICMP message.
    const ipHeader = isIpv4 ? (view.getUint8(start) & 0xf) * 4 : 0
    const at = start + ipHeader
    const length = received - ipHeader
    const isDirect = identifier === undefined && isEcho(view, at, length, directMark)
    if (!isDirect && !isEcho(view, at, length, mark)) return
    if (identifier !== undefined && view.getUint16(at + echo.identifier) !== identifier) return
    const isTruncated = (this.#calls.getUint32(message + messageHeader.flags, true) & messageFlags.truncated) !== 0
    // The kernel checks ICMPv6's sum. IPv4's is left to us, and matters: at this speed the 16-bit IP identification comes
    // round within a second, so that fragments of different messages may be joined.
    if (isTruncated || (isIpv4 && this.#memory.sum(at, length) !== 0xffff)) return malformed()
    const payload = at + echo.payload
    const size = length - echo.payload
    const isTry = isDirect && size === 0
    const peer = identifier === undefined ? this.#speaker(slot, start, at, isDirect, isTry) : 0
    if (isTry) return
    const kindAndFlag = view.getUint8(at + echo.kind)
    if (identifier !== undefined) direct.arrives = (kindAndFlag & directFlag) !== 0
    const kind = kindAndFlag & kindMask
    if (kind === kinds.packet) batch.bundle[batch.add(payload, size, peer)] = 1
    else if (kind !== kinds.bundle || !unbundle(view, payload, size, batch, peer)) malformed()
  }

  /** Whose message it is; remembers what the replies need. */
  #speaker(slot: number, start: number, at: number, isDirect: boolean, isTry: boolean): number {
    const { peers, answersWhereAsked, isIpv4, onStranger } = this.#options
    const name = this.#memory.namesAt + slot * nameSize
    const peer = this.addresses.find(this.#calls, name)
    if (peer === strangerPeer) {
      // A NAT may let it pass with an address that is none outside.
      if (!isTry) onStranger(name)
      return peer
    }
    if (isDirect) peers.noteDirect(peer)
    else peers.noteRequest(peer, this.#memory.view, at)
    this.addresses.remember(peer, this.#calls, name)
    if (answersWhereAsked) {
      if (isIpv4) peers.noteHeader(peer, this.#memory.view, start)
      else peers.noteControl(peer, this.#calls, this.#memory.controlsAt + slot * controlSize, this.#controlLength(slot))
    }
    return peer
  }

  #controlLength(slot: number): number {
    const message = this.#memory.messagesAt + slot * multipleMessageHeader.size
    return this.#calls.getUint32(message + messageHeader.controlLength, true)
  }
}
