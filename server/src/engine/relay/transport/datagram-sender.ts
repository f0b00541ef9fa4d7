import { errno } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import { noPeer } from "../reasons.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import type { DatagramWire } from "./datagram-wire.ts"
import type { PeerPaths } from "./peer-paths.ts"
import type { PeerWatch } from "./peer-watch.ts"
import type { TransportParts } from "./transport-parts.ts"
import { UnsentPackets } from "./unsent-packets.ts"

const outbound = 0
const aboveMtu = dropNumber("above-path-mtu")
const transportRefused = dropNumber("transport-refused")
const queueFull = dropNumber("queue-full")

/** The outbound side of a datagram transport: every packet gets its verdict here. */
export class DatagramSender {
  readonly #wire: DatagramWire
  readonly #watch: PeerWatch
  readonly #paths: PeerPaths
  readonly #parts: TransportParts
  readonly #unsent: UnsentPackets
  /** `Traffic.marked` of what is unsent: it came in one batch. */
  #mark = -1
  readonly #hasSegments: boolean

  /** `hasSegments`: the kernel cuts equal packets from one that it is given. */
  constructor(wire: DatagramWire, watch: PeerWatch, paths: PeerPaths, parts: TransportParts, hasSegments: boolean) {
    this.#wire = wire
    this.#watch = watch
    this.#paths = paths
    this.#parts = parts
    this.#unsent = new UnsentPackets(parts.memory)
    this.#hasSegments = hasSegments
  }

  /** Hot. */
  send(batch: Batch): void {
    const { socket } = this.#wire
    if (socket === undefined) return this.#drop(batch, 0, batch.count, noPeer, 0)
    if (this.#unsent.count > 0) return this.#drop(batch, 0, batch.count, queueFull, 0)
    const next = this.#sendAll(socket, batch)
    if (next < batch.count) this.#keep(batch, next)
  }

  /** The socket takes packets again. */
  flush(): void {
    const { socket } = this.#wire
    const { traffic } = this.#parts
    if (socket === undefined) return
    traffic.marked = this.#mark
    this.#flush(socket)
    traffic.marked = -1
  }

  #flush(socket: DatagramSocket): void {
    const batch = this.#unsent.takeAll()
    const next = this.#sendAll(socket, batch)
    if (next < batch.count) return this.#unsent.advance(next)
    this.#unsent.clear()
    this.#wire.awaitRoom(false)
    this.#parts.owner.blocked(false)
  }

  /** What waits for the peer at this place goes to no other. */
  forget(place: number): void {
    this.#unsent.forget(place)
  }

  /** The socket goes: what waits for it is dropped. */
  clear(): void {
    const { traffic, loop } = this.#parts
    traffic.begin(loop)
    traffic.marked = this.#mark
    this.#drop(this.#unsent.takeAll(), 0, this.#unsent.count, noPeer, 0)
    traffic.marked = -1
    this.#unsent.clear()
    traffic.end()
  }

  /** Answers the first packet that has no verdict yet: the socket is full. */
  #sendAll(socket: DatagramSocket, batch: Batch): number {
    let next = 0
    while (next < batch.count) {
      let to = next
      while (to < batch.count && this.#wire.isThere(batch.peer[to] ?? 0)) to += 1
      if (to === next) {
        this.#drop(batch, next, ++next, noPeer, 0)
        continue
      }
      next = this.#sendSome(socket, batch, next, to)
      if (next < to) break
    }
    return next
  }

  /** Sends what the kernel takes of packets whose peers are there; answers the first that has no verdict yet. */
  #sendSome(socket: DatagramSocket, batch: Batch, from: number, to: number): number {
    const { traffic, memory } = this.#parts
    let next = from
    let refusedAt = -1
    while (next < to) {
      const n = socket.send(batch, next, to)
      if (n > 0) {
        for (const end = next + n; next < end; next++) {
          const peer = batch.peer[next] ?? 0
          traffic.bundle = batch.bundle[next] ?? 0
          traffic.passed(outbound, peer, memory.view, batch.at[next] ?? 0, batch.length[next] ?? 0)
        }
        traffic.bundle = 0
        continue
      }
      if (n === -errno.EAGAIN) return next
      if (n === -errno.EINTR) continue
      // An older datagram's error is taken with this call, and what is to be sent now was not tried.
      if (refusedAt !== next && this.#watch.heed(-n, batch.peer[next] ?? 0)) refusedAt = next
      else next = this.#refuse(socket, batch, next, -n)
    }
    return next
  }

  /** The kernel does not take the packet at `from`; answers the next one to try. */
  #refuse(socket: DatagramSocket, batch: Batch, from: number, error: number): number {
    const length = batch.length[from] ?? 0
    // EINVAL is what the kernel says of segments that do not fit; echo messages have none.
    const mayBeNarrow = error === errno.EMSGSIZE || (error === errno.EINVAL && this.#hasSegments)
    if (mayBeNarrow && length <= socket.largestSegment && this.#paths.limit(batch.peer[from] ?? 0, length - 1)) {
      // From now on such packets go singly, in fragments.
      return from
    }
    const reason = error === errno.EMSGSIZE ? aboveMtu : error === errno.ENOBUFS ? queueFull : transportRefused
    this.#drop(batch, from, from + 1, reason, error)
    return from + 1
  }

  #keep(batch: Batch, from: number): void {
    const kept = this.#unsent.keep(batch, from)
    this.#mark = this.#parts.traffic.marked
    this.#drop(batch, kept, batch.count, queueFull, 0)
    this.#wire.awaitRoom(true)
    this.#parts.owner.blocked(true)
  }

  #drop(batch: Batch, from: number, to: number, reason: number, error: number): void {
    const { traffic, memory } = this.#parts
    for (let i = from; i < to; i++) {
      const peer = batch.peer[i] ?? 0
      traffic.dropped(outbound, reason, error, peer, memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0)
    }
  }
}
