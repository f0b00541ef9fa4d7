import { epoll, errno } from "@tundeck/native-bindings"
import { dropNumber, passed } from "@tundeck/shared"
import { Batch } from "../../batch.ts"
import type { Carrier, NumericEndpoint } from "../../messages.ts"
import { region } from "../../regions.ts"
import type { DatagramSocket } from "../../transport/datagram-socket.ts"
import { UnsentPackets } from "../../transport/unsent-packets.ts"
import type { HandshakeSource } from "../ports.ts"
import type { CarrierParts } from "./carrier-parts.ts"
import { KeptPackets } from "./kept-packets.ts"
import type { Outlet } from "./outlet.ts"
import { noPacket, SealedPackets } from "./sealed-packets.ts"

const aboveMtu = dropNumber("above-path-mtu")
const transportRefused = dropNumber("transport-refused")
const queueFull = dropNumber("queue-full")
const connectionLost = dropNumber("connection-lost")
/** One wake-up receives so many, and what comes with them. */
const messagesAtOnce = 128
/** A socket that gave fewer messages than this has no more. */
const fullReceive = 8
/** Handshakes and keepalives that wait until the socket takes more. */
const mostUnsaid = 8

/** Whom the numbers of a socket stand for. */
export interface Speakers {
  sourceId(number: number): number
  /** Puts the address as 16 bytes into `address`; answers the port. */
  read(number: number, address: Uint8Array): number
  isAt(place: number, number: number): boolean
  adopt(place: number, number: number): void
  endpoint(place: number): NumericEndpoint | undefined
}

export interface DatagramOutletParts extends CarrierParts {
  /** How long a message may be to go to that peer in one piece is to be asked anew. */
  measure(place: number): void
  /** It is no more than `longest`. False for a peer that is not known. */
  limit(place: number, longest: number): boolean
}

/** A socket whose datagrams are messages. */
export class DatagramOutlet implements Outlet {
  readonly carrier: Carrier
  readonly socket: DatagramSocket
  readonly speakers: Speakers
  readonly #parts: DatagramOutletParts
  readonly #hasSegments: boolean
  readonly #slot: number
  readonly #unsent: UnsentPackets
  readonly #kept = new KeptPackets()
  readonly #unsaid: { message: Uint8Array; number: number }[] = []
  readonly #single = new Batch(1)
  readonly #noPacket = new SealedPackets(1)
  #isClosed = false

  constructor(carrier: Carrier, socket: DatagramSocket, speakers: Speakers, parts: DatagramOutletParts) {
    this.carrier = carrier
    this.socket = socket
    this.speakers = speakers
    this.#parts = parts
    this.#hasSegments = carrier === "udp"
    this.#unsent = new UnsentPackets(parts.memory)
    this.#noPacket.set(0, 0, noPacket, 0)
    this.#slot = parts.loop.add(socket.fd, epoll.in, { ready: (events) => this.#ready(events) })
  }

  get isFull(): boolean {
    return this.#unsent.count > 0
  }

  send(batch: Batch, from: number, to: number, packets: SealedPackets): void {
    if (this.isFull) {
      for (let i = from; i < to; i++) packets.settle(this.#parts.traffic, i, batch.peer[i] ?? 0, queueFull, 0)
      return
    }
    const next = this.#sendSome(batch, from, to, packets)
    if (next < to) this.#keep(batch, next, to, packets)
  }

  say(message: Uint8Array, number: number): void {
    const { memory } = this.#parts
    if (this.isFull) {
      if (this.#unsaid.length < mostUnsaid) this.#unsaid.push({ message: message.slice(), number })
      return
    }
    const at = region.spare.at + region.spare.size - message.length
    memory.bytes.set(message, at)
    this.#single.clear()
    this.#single.add(at, message.length, number)
    this.#sendSome(this.#single, 0, 1, this.#noPacket)
  }

  sourceId(number: number): number {
    return this.speakers.sourceId(number)
  }

  describe(number: number, source: HandshakeSource): void {
    source.id = this.speakers.sourceId(number)
    source.port = this.speakers.read(number, source.address)
  }

  isAt(place: number, number: number): boolean {
    return this.speakers.isAt(place, number)
  }

  adopt(place: number, number: number): void {
    this.speakers.adopt(place, number)
    this.socket.adopt(place, number)
  }

  endpoint(place: number): NumericEndpoint | undefined {
    return this.speakers.endpoint(place)
  }

  /** What waits for the peer in this place goes to no other. */
  forget(place: number): void {
    this.#unsent.forget(place)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { loop, traffic } = this.#parts
    loop.remove(this.socket.fd, this.#slot)
    this.socket.close()
    traffic.begin(loop)
    this.#kept.settleAll(traffic, connectionLost)
    traffic.end()
    if (this.isFull) this.#parts.full(this, false)
    this.#unsent.clear()
  }

  #ready(events: number): void {
    const { traffic, loop } = this.#parts
    traffic.begin(loop)
    if ((events & epoll.out) !== 0) this.#flush()
    if ((events & ~epoll.out) !== 0) this.#receive()
    traffic.end()
  }

  /** Hot. */
  #receive(): void {
    const { inbound: batch } = this.#parts
    for (let messages = 0; messages < messagesAtOnce && !this.#isClosed; ) {
      batch.clear()
      const n = this.socket.receive(batch)
      if (n < 0) return
      messages += Math.max(n, batch.count)
      this.#parts.received(batch, this)
      batch.clear()
      if (n < fullReceive) return
    }
  }

  /** Sends what the kernel takes; answers the first message that it has no room for. */
  #sendSome(batch: Batch, from: number, to: number, packets: SealedPackets): number {
    const { traffic } = this.#parts
    let next = from
    let refusedAt = -1
    while (next < to) {
      const n = this.socket.send(batch, next, to)
      if (n > 0) {
        for (const end = next + n; next < end; next++) {
          traffic.bundle = batch.bundle[next] ?? 0
          packets.settle(traffic, next, batch.peer[next] ?? 0, passed, 0)
        }
        traffic.bundle = 0
        continue
      }
      if (n === -errno.EAGAIN) return next
      if (n === -errno.EINTR) continue
      // It may be an older datagram's error, that is taken with this call.
      if (refusedAt !== next) {
        refusedAt = next
        // Or this host has its address no longer.
        this.socket.forget(batch.peer[next] ?? 0)
        if (n === -errno.EMSGSIZE || n === -errno.EINVAL) this.#parts.measure(batch.peer[next] ?? 0)
      } else next = this.#refuse(batch, next, -n, packets)
    }
    return next
  }

  /** The kernel does not take the message at `at`; answers the next one to try. */
  #refuse(batch: Batch, at: number, error: number, packets: SealedPackets): number {
    const { limit, traffic } = this.#parts
    const length = batch.length[at] ?? 0
    const peer = batch.peer[at] ?? 0
    // EINVAL is what the kernel says of segments that do not fit; echo messages have none.
    const mayBeNarrow = error === errno.EMSGSIZE || (error === errno.EINVAL && this.#hasSegments)
    // From now on such messages go singly, in fragments.
    if (mayBeNarrow && length <= this.socket.largestSegment && limit(peer, length - 1)) return at
    const reason = error === errno.EMSGSIZE ? aboveMtu : error === errno.ENOBUFS ? queueFull : transportRefused
    packets.settle(traffic, at, peer, reason, error)
    return at + 1
  }

  #keep(batch: Batch, from: number, to: number, packets: SealedPackets): void {
    const kept = this.#unsent.keep(batch, from, to)
    this.#kept.keep(packets, batch.peer, from, kept)
    for (let i = kept; i < to; i++) packets.settle(this.#parts.traffic, i, batch.peer[i] ?? 0, queueFull, 0)
    this.#parts.loop.modify(this.socket.fd, this.#slot, epoll.in | epoll.out)
    this.#parts.full(this, true)
  }

  /** The socket takes messages again. */
  #flush(): void {
    const batch = this.#unsent.takeAll()
    const next = this.#flushSome(batch)
    if (next < batch.count) return this.#unsent.advance(next)
    this.#unsent.clear()
    this.#parts.loop.modify(this.socket.fd, this.#slot, epoll.in)
    for (const { message, number } of this.#unsaid.splice(0)) this.say(message, number)
    this.#parts.full(this, false)
  }

  #flushSome(batch: Batch): number {
    const { traffic } = this.#parts
    let next = 0
    while (next < batch.count) {
      const n = this.socket.send(batch, next, batch.count)
      if (n === -errno.EAGAIN || n === -errno.EINTR) break
      const reason = n > 0 ? passed : transportRefused
      for (const end = next + Math.max(1, n); next < end; next++) this.#kept.settle(traffic, reason, n > 0 ? 0 : -n)
    }
    return next
  }
}
