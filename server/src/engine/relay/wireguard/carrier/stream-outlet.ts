import { closeSocket, epoll, parseIpAddress, type TcpInfo, tcpInfo } from "@tundeck/native-bindings"
import { dropNumber, type TunnelReason } from "@tundeck/shared"
import { Batch } from "../../batch.ts"
import type { NumericEndpoint } from "../../messages.ts"
import { halfFrameReason, lossReason } from "../../reasons.ts"
import { region } from "../../regions.ts"
import { type SendResult, Stream } from "../../transport/stream.ts"
import { endpointText } from "../../transport/tcp-socket.ts"
import type { HandshakeSource } from "../ports.ts"
import type { CarrierParts } from "./carrier-parts.ts"
import { messageFraming } from "./message-framing.ts"
import type { Outlet } from "./outlet.ts"
import { noPacket, SealedPackets } from "./sealed-packets.ts"
import { StreamVerdicts } from "./stream-verdicts.ts"

const queueFull = dropNumber("queue-full")
const measureEveryMs = 2_000
const mostUnsaid = 8
/** Numbers of streams for the session: no datagram's source has one of them. */
let lastId = 0x2000_0000

export interface StreamOutletParts extends CarrierParts {
  /** It ended. */
  lost(outlet: StreamOutlet, reason: TunnelReason): void
}

/** A stream of messages to one peer. */
export class StreamOutlet implements Outlet {
  readonly carrier = "tcp"
  /** Whose it is: who was called, or who said something authentic over it; -1 while nobody did. */
  place: number
  readonly remote: NumericEndpoint
  readonly #id: number
  readonly #parts: StreamOutletParts
  readonly #stream: Stream
  readonly #verdicts: StreamVerdicts
  readonly #single = new Batch(1)
  readonly #noPacket = new SealedPackets(1)
  readonly #unsaid: Uint8Array[] = []
  readonly #deliver = (batch: Batch) => this.#parts.received(batch, this)
  #measureAt = 0
  #retransmissions = 0
  #isClosed = false

  constructor(fd: number, remote: NumericEndpoint, place: number, parts: StreamOutletParts) {
    const { loop, memory, traffic } = parts
    this.#id = ++lastId
    this.place = place
    this.remote = remote
    this.#parts = parts
    this.#verdicts = new StreamVerdicts(traffic)
    this.#stream = new Stream(fd, endpointText(remote), 0, memory, messageFraming, this.#verdicts)
    this.#noPacket.set(0, 0, noPacket, 0)
    this.#stream.slot = loop.add(fd, epoll.in, { ready: (events) => this.#ready(events) })
  }

  get isFull(): boolean {
    return this.#stream.isWaiting
  }

  /** A frame that has begun must end by then. */
  get halfFrameBy(): number {
    return this.#stream.halfFrameBy
  }

  send(batch: Batch, from: number, to: number, packets: SealedPackets): void {
    const { traffic, loop } = this.#parts
    if (loop.now >= this.#measureAt && !this.#isClosed) this.#measure() // nothing need ever come back, nor be waited for
    if (this.isFull || this.#isClosed) {
      for (let i = from; i < to; i++) packets.settle(traffic, i, batch.peer[i] ?? 0, queueFull, 0)
      return
    }
    this.#verdicts.begin(packets, batch.peer, from)
    const result = this.#stream.send(batch, from, to)
    this.#verdicts.keep(to)
    this.#afterSend(result)
  }

  say(message: Uint8Array): void {
    if (this.isFull) {
      if (this.#unsaid.length < mostUnsaid) this.#unsaid.push(message.slice())
      return
    }
    const at = region.spare.at + region.spare.size - message.length
    this.#parts.memory.bytes.set(message, at)
    this.#single.clear()
    this.#single.add(at, message.length, 0)
    this.send(this.#single, 0, 1, this.#noPacket)
  }

  sourceId(): number {
    return this.#id
  }

  describe(_number: number, source: HandshakeSource): void {
    source.id = this.#id
    source.port = this.remote.port
    source.address.set(mappedAddress(this.remote.address))
  }

  isAt(): boolean {
    return true
  }

  adopt(place: number): void {
    if (this.place < 0) this.place = place
  }

  endpoint(): NumericEndpoint {
    return this.remote
  }

  endHalfFrame(): void {
    this.#lose(halfFrameReason(endpointText(this.remote)))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { loop, traffic } = this.#parts
    const wasFull = this.isFull
    loop.remove(this.#stream.fd, this.#stream.slot)
    this.#countLast()
    closeSocket(this.#stream.fd)
    traffic.begin(loop)
    this.#stream.drop()
    traffic.end()
    if (wasFull) this.#parts.full(this, false)
  }

  #ready(events: number): void {
    const { traffic, loop } = this.#parts
    traffic.begin(loop)
    if (loop.now >= this.#measureAt) this.#measure()
    if ((events & epoll.out) !== 0) this.#afterFlush(this.#stream.flush())
    if ((events & ~epoll.out) !== 0 && !this.#isClosed) this.#receive()
    traffic.end()
  }

  #receive(): void {
    const { inbound, loop, wakeAt } = this.#parts
    const result = this.#stream.receive(inbound, 0, loop.now, this.#deliver)
    if (this.#isClosed) return
    if (result === "ok") return wakeAt(this.#stream.halfFrameBy)
    const remote = endpointText(this.remote)
    if (result === "closed") this.#lose({ code: "peer-closed", detail: `${remote} closed the connection.` })
    else if (result === "lost") this.#lose(lossReason(this.#stream.errno, remote))
    else this.#lose({ code: "bad-frame", detail: `${remote} sent what is no WireGuard message.` })
  }

  #afterSend(result: SendResult): void {
    if (result === "lost") return this.#lose(lossReason(this.#stream.errno, endpointText(this.remote)))
    if (result === "waiting") this.#awaitRoom(true)
  }

  #afterFlush(result: SendResult): void {
    if (result === "lost") return this.#lose(lossReason(this.#stream.errno, endpointText(this.remote)))
    if (result !== "sent") return
    this.#awaitRoom(false)
    for (const message of this.#unsaid.splice(0)) this.say(message)
  }

  #awaitRoom(on: boolean): void {
    const { fd, slot } = this.#stream
    this.#parts.loop.modify(fd, slot, on ? epoll.in | epoll.out : epoll.in)
    this.#parts.full(this, on)
  }

  #measure(): void {
    this.#measureAt = this.#parts.loop.now + measureEveryMs
    if (this.place < 0) return
    try {
      const info = tcpInfo(this.#stream.fd)
      this.#stream.control.look(info)
      this.#setRoundTrip(info.roundTripMicroseconds / 1000)
      this.#count(info)
    } catch {
      this.#setRoundTrip(0) // it ended meanwhile; the road itself will say so
    }
  }

  #count({ totalRetransmits }: TcpInfo): void {
    this.#parts.traffic.counters.retransmitted(this.place, totalRetransmits - this.#retransmissions)
    this.#retransmissions = totalRetransmits
  }

  /** What was sent again since it was last measured, before the descriptor goes. */
  #countLast(): void {
    if (this.place < 0) return
    try {
      this.#count(tcpInfo(this.#stream.fd))
    } catch {
      // the kernel has forgotten it
    }
  }

  #setRoundTrip(milliseconds: number): void {
    const { isProbed, traffic } = this.#parts
    if (!isProbed(this.place)) traffic.counters.roundTrip(this.place, milliseconds)
  }

  #lose(reason: TunnelReason): void {
    if (this.#isClosed) return
    this.close()
    this.#parts.lost(this, reason)
  }
}

/** 16 bytes, IPv4 mapped. */
function mappedAddress(address: string): Uint8Array {
  const ip = parseIpAddress(address) ?? new Uint8Array(16)
  if (ip.length === 16) return ip
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ip)
}
