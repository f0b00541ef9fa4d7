import {
  bind,
  closeSocket,
  connect,
  controlHeader,
  messageFlags,
  messageHeader,
  multipleMessageHeader,
  openUdpSocket,
  setBuffers,
  setFragmenting,
  setReceiveOffload,
  setReceivePacketInfo,
  setReuseAddress,
  setV6Only,
  socketAddressSize,
  sys,
  udpControl,
} from "@tundeck/native-bindings"
import type { Batch } from "../batch.ts"
import { strangerPeer } from "../batch.ts"
import { controlSize, nameSize, type RelayMemory } from "../memory.ts"
import type { NumericEndpoint, SocketWishes } from "../messages.ts"
import { region } from "../regions.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import { LocalAddresses } from "./local-addresses.ts"
import type { PeerAddresses } from "./peer-addresses.ts"
import { applyWishes } from "./socket-wishes.ts"
import { familyOf } from "./tcp-socket.ts"

/**
 * One packet a datagram. Equal packets in a row go as one: the kernel cuts them (UDP_SEGMENT), or merged them before they
 * come (UDP_GRO).
 */

const overhead = { 4: 20 + 8, 6: 40 + 8 } as const
/**
 * Enough for a millisecond or two at full speed. The receiving one is where packets wait while the other side of the host
 * has the core: twice as much made the round trip's tail under a full flow 15 to 17 ms instead of 9 to 10 on a busy machine.
 */
const buffers = { send: 1 << 20, receive: 1 << 19 } as const
/** UDP_MAX_SEGMENTS of Linux before 6.11. */
const mostSegments = 64
/** What one datagram, or one cut in the kernel, may hold over IPv4; IPv6 would take a little more. */
const mostBytes = 65_507
const messagesAtOnce = 32
const slotBytes = 65_536
const slots = 8
/** cmsg_len of a u16, and the room that it takes. */
const segmentControl = { length: controlHeader.data + 2, room: 24 } as const
/** What an int takes that comes with UDP_GRO. */
const mergedRoom = 24
const unspecified = ["0.0.0.0", "::"]

export interface UdpOptions {
  /** To listen on; or whom to call. */
  local?: NumericEndpoint
  remote?: NumericEndpoint
  wishes: SocketWishes
  /** What stands in the worker's memory for calls at `name` is the address of no peer. */
  onStranger(name: number): void
}

export class UdpSocket implements DatagramSocket {
  readonly fd: number
  readonly overhead: number
  /** Until the path is known: what IPv6 promises of every path. */
  largestSegment = 1280 - overhead[6]
  readonly #memory: RelayMemory
  #peers: PeerAddresses
  /** Of a socket that is bound to no address of this host. */
  readonly #locals: LocalAddresses | undefined
  readonly #isConnected: boolean
  readonly #onStranger: (name: number) => void
  /** As many messages as the next call asks for: to make room for eight costs more than to receive one. */
  #expected = 1
  /** The packet behind the last one of each message of a send. */
  readonly #ends = new Uint16Array(messagesAtOnce)

  /** Throws SyscallError. */
  constructor({ local, remote, wishes, onStranger }: UdpOptions, memory: RelayMemory, peers: PeerAddresses) {
    const family = familyOf((remote ?? local)?.address ?? "0.0.0.0")
    this.overhead = overhead[family]
    this.#memory = memory
    this.#peers = peers
    if (local !== undefined && unspecified.includes(local.address))
      this.#locals = new LocalAddresses(family, peers.size)
    this.#isConnected = remote !== undefined
    this.#onStranger = onStranger
    this.fd = openUdpSocket(family)
    try {
      setBuffers(this.fd, buffers)
      setReceiveOffload(this.fd, true)
      setFragmenting(this.fd, family)
      applyWishes(this.fd, family, wishes)
      if (local !== undefined) {
        setReuseAddress(this.fd, false)
        // [::] hears IPv4 peers, too.
        if (family === 6) setV6Only(this.fd, local.address !== "::")
        if (this.#locals !== undefined) setReceivePacketInfo(this.fd, family)
        bind(this.fd, local)
      }
      if (wishes.sourceAddress !== undefined) bind(this.fd, { address: wishes.sourceAddress, port: 0 })
      if (remote !== undefined) connect(this.fd, remote)
    } catch (error) {
      closeSocket(this.fd)
      throw error
    }
  }

  get peers(): PeerAddresses {
    return this.#peers
  }

  set peers(peers: PeerAddresses) {
    this.#peers = peers
    this.#locals?.resize(peers.size)
  }

  send(batch: Batch, from: number, to: number): number {
    let messages = 0
    let vectors = 0
    let next = from
    for (; next < to && messages < messagesAtOnce; messages++) {
      const end = this.#segmentsEnd(batch, next, to)
      const first = vectors
      vectors = this.#nameBytes(batch, next, end, vectors)
      this.#setMessage(messages, batch, next, end - next, first, vectors - first)
      this.#ends[messages] = end
      next = end
    }
    const sent = sys.sendmmsg(this.fd, this.#memory.messageAddress(0), messages, messageFlags.noSignal)
    return sent < 0 ? sent : (this.#ends[sent - 1] ?? from) - from
  }

  receive(batch: Batch): number {
    const { calls, messagesAt } = this.#memory
    const room = Math.min(this.#expected, Math.floor((batch.capacity - batch.count) / mostSegments))
    for (let i = 0; i < room; i++) {
      this.#memory.setVector(i, region.inbound.at + i * slotBytes, slotBytes)
      this.#memory.setMessage(i, i, 1, socketAddressSize, controlSize)
    }
    const received = sys.recvmmsg(this.fd, this.#memory.messageAddress(0), room, 0)
    this.#expected = received === room ? Math.min(2 * room, slots) : Math.max(1, received)
    for (let i = 0; i < received; i++) {
      const message = messagesAt + i * multipleMessageHeader.size
      const length = calls.view.getUint32(message + multipleMessageHeader.length, true)
      this.#append(batch, i, message, length)
    }
    return received
  }

  adopt(peer: number, number: number): void {
    this.#locals?.adopt(peer, number)
  }

  forget(peer: number): void {
    this.#locals?.forget(peer)
  }

  close(): void {
    closeSocket(this.fd)
  }

  /** Cuts what came into packets again. */
  #append(batch: Batch, i: number, message: number, length: number): void {
    const { calls, namesAt, controlsAt } = this.#memory
    const name = namesAt + i * nameSize
    const peer = this.#isConnected ? 0 : this.#peers.find(calls.view, name)
    if (peer === strangerPeer) this.#onStranger(name)
    else if (!this.#isConnected) this.#peers.remember(peer, calls.view, name)
    const start = region.inbound.at + i * slotBytes
    const control = controlsAt + i * controlSize
    const controlLength = calls.view.getUint32(message + messageHeader.controlLength, true)
    const isMerged =
      controlLength >= controlHeader.data + 4 &&
      calls.view.getInt32(control + controlHeader.level, true) === udpControl.level &&
      calls.view.getInt32(control + controlHeader.type, true) === udpControl.receiveOffload
    if (this.#locals !== undefined && peer !== strangerPeer) {
      // What the kernel says of a merger stands first.
      const used = isMerged ? mergedRoom : 0
      this.#locals.note(peer, calls.view, control + used, controlLength - used)
    }
    const size = isMerged ? calls.view.getInt32(control + controlHeader.data, true) : length
    if (size <= 0) {
      batch.add(start, length, peer)
      return
    }
    for (let at = 0; at < length && !batch.isFull; at += size) batch.add(start + at, Math.min(size, length - at), peer)
  }

  /** Packets that one message may hold: for one peer, equally long but for a shorter last one. */
  #segmentsEnd(batch: Batch, from: number, to: number): number {
    const size = batch.length[from] ?? 0
    const peer = batch.peer[from]
    const most = Math.min(to, from + mostSegments)
    let bytes = size
    let end = from + 1
    // What is above the path's MTU goes alone: the kernel cuts it into fragments, which it does not do to segments.
    if (size > this.largestSegment || size === 0) return end
    for (; end < most && batch.peer[end] === peer; end++) {
      const length = batch.length[end] ?? 0
      if (length > size || bytes + length > mostBytes || length === 0) break
      bytes += length
      if (length < size) return end + 1
    }
    return end
  }

  #nameBytes(batch: Batch, from: number, to: number, vector: number): number {
    let start = batch.at[from] ?? 0
    let end = start + (batch.length[from] ?? 0)
    for (let i = from + 1; i < to; i++) {
      const at = batch.at[i] ?? 0
      if (at !== end) {
        this.#memory.setVector(vector++, start, end - start)
        start = at
      }
      end = at + (batch.length[i] ?? 0)
    }
    this.#memory.setVector(vector++, start, end - start)
    return vector
  }

  #setMessage(index: number, batch: Batch, first: number, packets: number, vector: number, vectors: number): void {
    const { calls, namesAt, controlsAt } = this.#memory
    const name = namesAt + index * nameSize
    const peer = batch.peer[first] ?? 0
    const nameLength = this.#isConnected ? 0 : this.#peers.write(peer, calls.view, name)
    const control = controlsAt + index * controlSize
    const used = packets > 1 ? segmentControl.room : 0
    const localRoom = this.#locals?.write(peer, calls.view, control + used) ?? 0
    this.#memory.setMessage(index, vector, vectors, nameLength, used + localRoom)
    if (packets === 1) return
    calls.view.setUint32(control + controlHeader.length, segmentControl.length, true)
    calls.view.setUint32(control + controlHeader.length + 4, 0, true)
    calls.view.setInt32(control + controlHeader.level, udpControl.level, true)
    calls.view.setInt32(control + controlHeader.type, udpControl.segment, true)
    calls.view.setUint16(control + controlHeader.data, batch.length[first] ?? 0, true)
  }
}
