import { type Arena, createArena, errno, messageFlags, sys } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { largestPacket, region } from "../regions.ts"
import type { Verdicts } from "../traffic.ts"
import type { Framing } from "./framing.ts"
import { PathControl } from "./path-control.ts"

const outbound = 0
const inbound = 1
const badLength = dropNumber("bad-length")
const queueFull = dropNumber("queue-full")
const connectionLost = dropNumber("connection-lost")
/** One wake-up receives at most this much, and once more what ends its last frame. */
const receiveBytes = 256 * 1024
/** Iovecs of one sendmsg: the kernel's UIO_MAXIOV is 1024. */
const vectorsAtOnce = 1000
export const halfFrameMs = 10_000
const never = Number.POSITIVE_INFINITY

/** `sent`: nothing waits; `waiting`: the stream is full; `lost`: it ended, by `errno`. */
export type SendResult = "sent" | "waiting" | "lost"
/** `closed`: by the peer; `lost`: by `errno`; `bad-frame`: see `badLength`. */
export type ReceiveResult = "ok" | "closed" | "lost" | "bad-frame"

/** A standing connection to one peer: frames out, frames in, and what is left over of both between wake-ups. */
export class Stream {
  readonly fd: number
  readonly remote: string
  readonly peer: number
  readonly control: PathControl
  /** In the epoll loop; set by the owner. */
  slot = 0
  roundTripAt = 0
  /** What the kernel said last. */
  retransmissions = 0
  /** The frame that has begun must end by then. A trickle of bytes does not move it. */
  halfFrameBy = never
  errno = 0
  badLength = 0
  readonly #memory: RelayMemory
  readonly #framing: Framing
  readonly #verdicts: Verdicts
  #waiting: Arena | undefined
  /** Bytes in `#waiting`: whole frames, from the first that is not settled on. */
  #length = 0
  /** Their `Traffic.marked`: they came in one batch. */
  #mark = -1
  /** How many of them the kernel has. */
  #sent = 0
  #half: Arena | undefined
  #halfLength = 0

  constructor(fd: number, remote: string, peer: number, memory: RelayMemory, framing: Framing, verdicts: Verdicts) {
    this.fd = fd
    this.remote = remote
    this.peer = peer
    this.control = new PathControl(fd)
    this.#memory = memory
    this.#framing = framing
    this.#verdicts = verdicts
  }

  get isWaiting(): boolean {
    return this.#length > 0
  }

  /** Sends entries `from` to `to` of the batch, all of them for this peer. */
  send(batch: Batch, from: number, to: number): SendResult {
    if (this.isWaiting) {
      this.#dropEntries(batch, from, to, queueFull)
      return "waiting"
    }
    for (let next = from; next < to; ) {
      const end = this.#gather(batch, next, to)
      const sent = sys.sendmsg(this.fd, this.#memory.messageAddress(0), messageFlags.noSignal)
      const taken = Math.max(0, sent)
      const settled = this.#settleEntries(batch, next, end, taken)
      if (settled < end) {
        if (sent < 0 && sent !== -errno.EAGAIN && sent !== -errno.EINTR) {
          this.errno = -sent
          this.#dropEntries(batch, settled, to, connectionLost)
          return "lost"
        }
        this.#keep(batch, settled, to, taken - this.#settledBytes)
        return "waiting"
      }
      next = end
    }
    return "sent"
  }

  /** Goes on with what waits, when the stream can take more. */
  flush(): SendResult {
    const waiting = this.#waiting
    if (waiting === undefined || this.#length === 0) return "sent"
    const sent = sys.send(this.fd, waiting.address + this.#sent, this.#length - this.#sent, messageFlags.noSignal)
    if (sent < 0) {
      if (sent === -errno.EAGAIN || sent === -errno.EINTR) return "waiting"
      this.errno = -sent
      return "lost"
    }
    this.#sent += sent
    this.#settleWaiting(waiting)
    return this.#length === 0 ? "sent" : "waiting"
  }

  /** It ends: what waits was not sent. */
  drop(): void {
    const { headerBytes } = this.#framing
    this.#verdicts.marked = this.#mark
    for (let at = 0; at < this.#length; ) {
      const view = this.#waiting?.view
      if (view === undefined) break
      const length = this.#framing.lengthAt(view, at)
      this.#verdicts.dropped(outbound, connectionLost, 0, this.peer, view, at + headerBytes, length)
      at += headerBytes + length
    }
    this.#verdicts.marked = -1
    this.#length = 0
    this.#sent = 0
    this.#halfLength = 0
    this.halfFrameBy = never
  }

  /** Receives, and hands over all whole frames. `largest`: of the packets that the interface takes. */
  receive(batch: Batch, largest: number, now: number, deliver: (batch: Batch) => void): ReceiveResult {
    const { address, view } = this.#memory
    const { headerBytes } = this.#framing
    const start = region.inbound.at
    let end = start + this.#halfLength
    if (this.#halfLength > 0 && this.#half !== undefined) {
      sys.copy(address + start, this.#half.address, this.#halfLength)
    }
    const received = this.#receive(end, receiveBytes)
    if (received <= 0) return this.#receiveResult(received)
    end += received
    const isLong = received > receiveBytes / 2
    batch.clear()
    let at = start
    let result: ReceiveResult = "ok"
    let ended = false
    while (end - at >= headerBytes) {
      const length = this.#framing.lengthAt(view, at)
      if (length === 0 || length > this.#framing.largestTaken(largest)) {
        result = "bad-frame"
        this.badLength = length
        break
      }
      const next = at + headerBytes + length
      // What is missing of the last frame of many is mostly there already: then it needs no copy.
      if (next > end && isLong) end += Math.max(0, this.#receive(end, next - end))
      if (next > end) break
      this.#framing.append(view, at, length, this.peer, batch)
      ended = true
      at = next
      if (!batch.isFull) continue
      deliver(batch)
      batch.clear()
    }
    if (batch.count > 0) deliver(batch)
    batch.clear()
    if (result === "bad-frame") {
      const rest = Math.min(this.badLength, end - at - headerBytes)
      this.#verdicts.dropped(inbound, badLength, 0, this.peer, view, at + headerBytes, rest)
      this.#halfLength = 0
      return result
    }
    this.#keepHalf(at, end - at, ended, now)
    return result
  }

  #receive(at: number, length: number): number {
    this.#memory.setVector(0, at, length)
    this.#memory.setMessage(0, 0, 1, 0, 0)
    return sys.recvmsg(this.fd, this.#memory.messageAddress(0), 0)
  }

  #receiveResult(received: number): ReceiveResult {
    if (received === 0) return "closed"
    if (received === -errno.EAGAIN || received === -errno.EINTR) return "ok"
    this.errno = -received
    return "lost"
  }

  /** Names the entries' bytes, headers and all, in one message. Answers the first entry that had no place. */
  #gather(batch: Batch, from: number, to: number): number {
    const { headerBytes } = this.#framing
    const { view } = this.#memory
    let vectors = 0
    let start = 0
    let end = -1
    let i = from
    for (; i < to; i++) {
      this.#framing.write(view, batch, i)
      const at = (batch.at[i] ?? 0) - headerBytes
      const size = headerBytes + (batch.length[i] ?? 0)
      if (at !== end) {
        if (vectors === vectorsAtOnce) break
        if (end >= 0) this.#memory.setVector(vectors++, start, end - start)
        start = at
      }
      end = at + size
    }
    this.#memory.setVector(vectors++, start, end - start)
    this.#memory.setMessage(0, 0, vectors, 0, 0)
    return i
  }

  #settledBytes = 0

  /** Gives the verdict to the entries that the kernel has whole; answers the first other one. */
  #settleEntries(batch: Batch, from: number, to: number, taken: number): number {
    const { headerBytes } = this.#framing
    const { view } = this.#memory
    let done = 0
    let i = from
    for (; i < to; i++) {
      const length = batch.length[i] ?? 0
      if (done + headerBytes + length > taken) break
      this.#framing.settle(this.#verdicts, this.peer, view, (batch.at[i] ?? 0) - headerBytes, length)
      done += headerBytes + length
    }
    this.#settledBytes = done
    return i
  }

  #dropEntries(batch: Batch, from: number, to: number, reason: number): void {
    for (let i = from; i < to; i++) {
      const { view } = this.#memory
      this.#verdicts.dropped(outbound, reason, 0, this.peer, view, batch.at[i] ?? 0, batch.length[i] ?? 0)
    }
  }

  #keep(batch: Batch, from: number, to: number, sent: number): void {
    const { headerBytes } = this.#framing
    const { view, address } = this.#memory
    let size = 0
    for (let i = from; i < to; i++) size += headerBytes + (batch.length[i] ?? 0)
    // A few times in the life of a tunnel: when its stream is full for the first time, and when a longer batch waits.
    if (this.#waiting === undefined || this.#waiting.size < size) this.#waiting = createArena(size + largestPacket)
    let at = 0
    for (let i = from; i < to; i++) {
      const length = headerBytes + (batch.length[i] ?? 0)
      this.#framing.write(view, batch, i)
      sys.copy(this.#waiting.address + at, address + (batch.at[i] ?? 0) - headerBytes, length)
      at += length
    }
    this.#length = size
    this.#sent = sent
    this.#mark = this.#verdicts.marked
  }

  #settleWaiting(waiting: Arena): void {
    const { headerBytes } = this.#framing
    let at = 0
    this.#verdicts.marked = this.#mark
    while (at < this.#length) {
      const length = this.#framing.lengthAt(waiting.view, at)
      if (at + headerBytes + length > this.#sent) break
      this.#framing.settle(this.#verdicts, this.peer, waiting.view, at, length)
      at += headerBytes + length
    }
    this.#verdicts.marked = -1
    if (at > 0) waiting.bytes.copyWithin(0, at, this.#length)
    this.#length -= at
    this.#sent -= at
  }

  #keepHalf(at: number, length: number, frameEnded: boolean, now: number): void {
    if (length === 0) this.halfFrameBy = never
    else if (this.halfFrameBy === never || frameEnded) this.halfFrameBy = now + halfFrameMs
    this.#halfLength = length
    if (length === 0) return
    if (this.#half === undefined || this.#half.size < length) {
      this.#half = createArena(Math.max(4096, length, Math.min(2 * length, this.#framing.headerBytes + largestPacket)))
    }
    sys.copy(this.#half.address, this.#memory.address + at, length)
  }
}
