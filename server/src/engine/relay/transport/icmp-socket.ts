import { randomInt } from "node:crypto"
import {
  close,
  errno,
  messageFlags,
  messageHeader,
  multipleMessageHeader,
  socketAddressSize,
  socketPathMtu,
  sys,
} from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import { controlSize, mostMessages, nameSize, type RelayMemory } from "../memory.ts"
import { type DatagramSocket, strangerPeer } from "../ports.ts"
import { type EchoMark, echo, echoMark, isEcho, sumEcho, writeEcho } from "./icmp-header.ts"
import { type EchoSocketOptions, listensEverywhere, openEchoSocket } from "./icmp-open.ts"
import { EchoPeers, type PeerAddresses, packetInfoSpace } from "./icmp-peers.ts"

export interface IcmpSocketOptions extends EchoSocketOptions {
  memory: RelayMemory
  /** Of the worker's memory, for what is received; empty between wake-ups. */
  region: { at: number; size: number }
  /** The longest packet that a peer may send. */
  largestPacket: number
  /** A listener's. A caller has one peer, whom it is connected to. */
  peers: PeerAddresses
  peerCount: number
  /** Hot. A message of the tunnel came in that is truncated or whose checksum is wrong. */
  malformed: () => void
}

const longestIpv4Header = 60
const ipv4Header = 20
const ipv6Header = 40
const mostSlots = 64
const fewestSlots = 8

/** Packets in ICMP echo messages, one each, through a raw socket. */
export class IcmpSocket implements DatagramSocket {
  readonly fd: number
  readonly overhead: number
  readonly #options: IcmpSocketOptions
  readonly #memory: RelayMemory
  readonly #isIpv4: boolean
  readonly #ours: EchoMark
  readonly #theirs: EchoMark
  /** Of a caller: what its requests carry, and the replies to them. */
  readonly #identifier: number | undefined
  #sequence = 0
  readonly #peers: PeerAddresses
  readonly #echoPeers: EchoPeers
  readonly #answersWhereAsked: boolean
  readonly #slotSize: number
  readonly #slots: number
  /** As many slots as the next call gets: to aim 64 for a single packet costs more than to receive it. */
  #expected = fewestSlots

  /** Throws SyscallError. */
  constructor(options: IcmpSocketOptions) {
    const { family, role, number, region, largestPacket } = options
    this.#options = options
    this.#memory = options.memory
    this.#isIpv4 = family === 4
    this.#peers = options.peers
    this.#ours = echoMark(family, role, number)
    this.#theirs = echoMark(family, role === "caller" ? "listener" : "caller", number)
    this.#identifier = role === "caller" ? randomInt(0x1_0000) : undefined
    this.#echoPeers = new EchoPeers(family, options.peerCount)
    this.#answersWhereAsked = listensEverywhere(options)
    this.overhead = (family === 4 ? ipv4Header : ipv6Header) + echo.packet
    this.#slotSize = (longestIpv4Header + echo.packet + largestPacket + 63) & ~63
    this.#slots = Math.min(mostSlots, Math.floor(region.size / this.#slotSize))
    if (this.#slots === 0) throw new RangeError(`no room for a message in ${region.size} bytes`)
    this.fd = openEchoSocket(options, this.#identifier)
  }

  pathMtu(): number | null {
    return socketPathMtu(this.fd, this.#options.family) ?? null
  }

  /** Peer i is the one that was `origins[i]` before; -1: a new one. */
  setPeers(origins: readonly number[]): void {
    this.#echoPeers.setPeers(origins)
  }

  send(batch: Batch, from: number, to: number): number {
    const most = Math.min(to - from, mostMessages)
    let count = 0
    while (count < most && this.#compose(batch, from + count, count)) count++
    if (count === 0) return -errno.ENOTCONN
    return sys.sendmmsg(this.fd, this.#memory.messageAddress(0), count, messageFlags.doNotWait)
  }

  /** Message `slot` carries packet `i`. False when its peer has not spoken yet: there is no request to reply to. */
  #compose(batch: Batch, i: number, slot: number): boolean {
    const memory = this.#memory
    const { view } = memory.calls
    const peer = batch.peer[i] ?? 0
    let identifier = this.#identifier
    let sequence = this.#sequence
    let nameLength = 0
    let controlLength = 0
    if (identifier === undefined) {
      const peers = this.#echoPeers
      if (!peers.isKnown(peer)) return false
      identifier = peers.identifier(peer)
      sequence = peers.sequence(peer)
      nameLength = this.#peers.write(peer, view, memory.namesAt + slot * nameSize)
      if (this.#answersWhereAsked) {
        peers.writeControl(peer, view, memory.controlsAt + slot * controlSize)
        controlLength = packetInfoSpace[this.#isIpv4 ? 4 : 6]
      }
    } else this.#sequence = (sequence + 1) & 0xffff
    const header = memory.ownAt + slot * echo.packet
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    writeEcho(view, header, this.#ours, identifier, sequence)
    // ICMPv6's checksum covers addresses that the kernel picks: it completes it.
    if (this.#isIpv4) {
      const sum = sumEcho(this.#ours, identifier, sequence) + bigEndian(memory.sum(at, length))
      const folded = (sum & 0xffff) + (sum >>> 16)
      view.setUint16(header + echo.checksum, ~(folded + (folded >>> 16)) & 0xffff)
    }
    memory.setVectorToCalls(2 * slot, header, echo.packet)
    memory.setVector(2 * slot + 1, at, length)
    memory.setMessage(slot, 2 * slot, 2, nameLength, controlLength)
    return true
  }

  /** 0 when all that came was not for us, or malformed. */
  receive(batch: Batch): number {
    const memory = this.#memory
    const { at } = this.#options.region
    const size = this.#slotSize
    const isCaller = this.#identifier !== undefined
    const nameLength = isCaller ? 0 : socketAddressSize
    const controlLength = this.#answersWhereAsked && !this.#isIpv4 ? controlSize : 0
    const slots = Math.min(this.#expected, this.#slots, batch.capacity - batch.count)
    for (let slot = 0; slot < slots; slot++) {
      memory.setVector(slot, at + slot * size, size)
      memory.setMessage(slot, slot, 1, nameLength, controlLength)
    }
    const n = sys.recvmmsg(this.fd, memory.messageAddress(0), slots, messageFlags.doNotWait)
    if (n < 0) return n
    this.#expected = n === slots ? Math.min(2 * this.#expected, mostSlots) : Math.max(n, fewestSlots)
    const before = batch.count
    for (let slot = 0; slot < n; slot++) this.#take(batch, slot)
    return batch.count - before
  }

  #take(batch: Batch, slot: number): void {
    const memory = this.#memory
    const { view } = memory
    const calls = memory.calls.view
    const message = memory.messagesAt + slot * multipleMessageHeader.size
    const start = this.#options.region.at + slot * this.#slotSize
    let at = start
    let length = calls.getUint32(message + multipleMessageHeader.length, true)
    if (this.#isIpv4) {
      const header = (view.getUint8(at) & 0xf) * 4
      at += header
      length -= header
    }
    if (!isEcho(view, at, length, this.#theirs)) return
    if (this.#identifier !== undefined && view.getUint16(at + echo.identifier) !== this.#identifier) return
    const isTruncated = (calls.getUint32(message + messageHeader.flags, true) & messageFlags.truncated) !== 0
    // The kernel checks ICMPv6's. Over IPv4 raw sockets get what came, and fragments of two messages whose 16-bit IP
    // identifications met are joined into one.
    if (isTruncated || (this.#isIpv4 && memory.sum(at, length) !== 0xffff)) {
      this.#options.malformed()
      return
    }
    const peer = this.#identifier === undefined ? this.#speaker(slot, start, at) : 0
    batch.add(at + echo.packet, length - echo.packet, peer)
  }

  /** Whose request it is; remembers what the replies need. */
  #speaker(slot: number, start: number, at: number): number {
    const memory = this.#memory
    const calls = memory.calls.view
    const name = memory.namesAt + slot * nameSize
    const peer = this.#peers.find(calls, name)
    if (peer < 0) return strangerPeer
    const peers = this.#echoPeers
    if (peers.noteRequest(peer, memory.view, at)) this.#peers.remember(peer, calls, name)
    if (this.#answersWhereAsked) {
      if (this.#isIpv4) peers.noteHeader(peer, memory.view, start)
      else {
        const length = memory.messagesAt + slot * multipleMessageHeader.size + messageHeader.controlLength
        peers.noteControl(peer, calls, memory.controlsAt + slot * controlSize, calls.getUint32(length, true))
      }
    }
    return peer
  }

  close(): void {
    close(this.fd)
  }
}

/** A sum as `memory.sum` answers it, in the byte order of the wire. */
function bigEndian(sum: number): number {
  return ((sum & 0xff) << 8) | (sum >>> 8)
}
