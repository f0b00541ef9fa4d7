import { closeSocket, epoll, tcpInfo } from "@tundeck/native-bindings"
import type { TunnelReason, TunnelState } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { EpollLoop } from "../epoll-loop.ts"
import type { ClearTransport, NumericEndpoint, RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { badFrameReason, halfFrameReason, lossReason, noPeer, waitingReason } from "../reasons.ts"
import { Dialer } from "./dialer.ts"
import { type Framing, frameTooLong, framings } from "./framing.ts"
import { Listener } from "./listener.ts"
import { type ReceiveResult, type SendResult, Stream } from "./stream.ts"
import { endpointText } from "./tcp-socket.ts"
import type { TransportParts } from "./transport-parts.ts"

const outbound = 0
const roundTripEveryMs = 2_000
/**
 * A connection that stood so long was a good one: after its loss the back-off begins anew. Who turns us away, or sends
 * garbage, does so sooner.
 */
const stableMs = 1_000
const never = Number.POSITIVE_INFINITY

/**
 * Frames over TCP, to one peer that is called or awaited, or to the many of a hub.
 *
 *   connecting ──opened──▶ up ──lost──▶ reconnecting ──opened──▶ up
 *        └──── the listener cannot be had ────▶ failed ──had after all──▶ connecting
 *
 * A hub is up while one of its peers is. A caller from any other address than a peer's is turned away. A second call by a
 * peer replaces the first: it has restarted, and the old connection is a corpse that keepalive would find only later.
 */
export class StreamTransport implements Transport {
  readonly headroom: number
  readonly takesTrains: boolean
  readonly largestPacket: number
  readonly tooLongReason = frameTooLong
  readonly pathPacket: number
  readonly #parts: TransportParts
  readonly #loop: EpollLoop
  readonly #framing: Framing
  readonly #isHub: boolean
  readonly #localText: string
  readonly #dialer: Dialer | undefined
  readonly #listener: Listener | undefined
  #peers: RelayPeers
  readonly #byAddress = new Map<string, number>()
  /** By the peer's place. */
  readonly #streams: (Stream | undefined)[] = []
  #standing = 0
  #stableAt = never
  #wasUp = false
  #halfFramesBy = never

  constructor(transport: ClearTransport, peers: RelayPeers, parts: TransportParts) {
    this.#parts = parts
    this.#loop = parts.loop
    this.#framing = framings[transport.framing]
    this.headroom = this.#framing.headerBytes
    this.takesTrains = this.#framing.takesTrains
    this.largestPacket = this.#framing.largestSent
    this.pathPacket = this.#framing.largestSent
    this.#isHub = transport.isHub
    this.#peers = peers
    this.#indexPeers()
    const { ends, socket } = transport
    const wakeAt = (when: number) => parts.owner.wakeAt(when)
    const failed = (reason: TunnelReason) => this.#say(this.#waitingState, reason)
    if (ends.role === "connect") {
      this.#localText = ""
      this.#dialer = new Dialer(ends, socket, parts.loop, {
        connected: (fd, remote) => this.#opened(0, fd, remote),
        failed,
        calling: () => this.#say(this.#waitingState, null),
        resolve: () => parts.owner.resolve(),
        wakeAt,
      })
    } else {
      this.#localText = endpointText(ends.local)
      this.#listener = new Listener(ends.local, socket, parts.loop, {
        listening: () => this.#wait(),
        failed: (reason) => this.#say("failed", reason),
        called: (fd, remote) => this.#called(fd, remote),
        wakeAt,
      })
    }
  }

  start(): void {
    this.#dialer?.start()
    this.#listener?.start()
  }

  stop(): void {
    this.#dialer?.stop()
    this.#listener?.stop()
    for (const stream of this.#streams) if (stream !== undefined) this.#close(stream)
    this.#streams.length = 0
    this.#standing = 0
    this.#stableAt = this.#halfFramesBy = never
  }

  setRemotes(remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    this.#dialer?.setRemotes(remotes, reason)
  }

  setPeers(peers: RelayPeers): void {
    this.#peers = peers
    this.#indexPeers()
    for (const stream of this.#streams) {
      if (stream === undefined) continue
      const peer = peers[stream.peer]
      if (peer?.enabled && this.#byAddress.get(peer.address) === stream.peer && isFrom(stream, peer.address)) continue
      if (this.#dialer === undefined) this.#lose(stream, { code: "peer-closed", detail: "The peer was taken out." })
    }
    if (this.#standing === 0 && this.#listener?.isListening) this.#wait()
  }

  send(batch: Batch): void {
    for (let from = 0; from < batch.count; ) {
      const peer = batch.peer[from] ?? 0
      let to = from + 1
      while (to < batch.count && batch.peer[to] === peer) to += 1
      const stream = this.#streams[peer]
      if (stream === undefined) this.#dropWithoutPeer(batch, from, to)
      else {
        if (this.#loop.now >= stream.roundTripAt) this.#measure(stream) // nothing need ever come back, nor be waited for
        this.#afterSend(stream, stream.send(batch, from, to))
      }
      from = to
    }
  }

  alarm(now: number): number {
    if (now >= this.#stableAt) {
      this.#stableAt = never
      this.#dialer?.forgive()
    }
    if (now >= this.#halfFramesBy) this.#endHalfFrames(now)
    const calls = Math.min(this.#dialer?.alarm(now) ?? never, this.#listener?.alarm(now) ?? never)
    return Math.min(calls, this.#stableAt, this.#halfFramesBy)
  }

  get #waitingState(): TunnelState {
    return this.#wasUp ? "reconnecting" : "connecting"
  }

  #say(state: TunnelState, reason: TunnelReason | null): void {
    this.#parts.owner.state(state, reason)
  }

  #wait(): void {
    const awaited = this.#peers.flatMap((peer) => (peer?.enabled ? [peer.address] : []))
    this.#say(this.#waitingState, waitingReason(this.#localText, awaited))
  }

  #indexPeers(): void {
    this.#byAddress.clear()
    this.#peers.forEach((peer, place) => {
      if (peer?.enabled) this.#byAddress.set(peer.address, place)
    })
  }

  #called(fd: number, remote: NumericEndpoint): void {
    const peer = this.#byAddress.get(remote.address)
    if (peer === undefined) {
      closeSocket(fd)
      return this.#parts.owner.stranger(remote.address)
    }
    const old = this.#streams[peer]
    if (old !== undefined) this.#close(old)
    this.#opened(peer, fd, endpointText(remote))
  }

  #opened(peer: number, fd: number, remote: string): void {
    const { memory, traffic, owner } = this.#parts
    const stream = new Stream(fd, remote, peer, memory, this.#framing, traffic)
    stream.slot = this.#loop.add(fd, epoll.in, { ready: (events) => this.#ready(stream, events) })
    this.#streams[peer] = stream
    this.#standing += 1
    traffic.counters.connected()
    this.#stableAt = this.#loop.now + stableMs
    owner.wakeAt(this.#stableAt)
    owner.peerChanged(peer, remote)
    if (!this.#isHub) owner.blocked(false)
    if (!this.#isHub || this.#standing === 1) this.#say("up", null)
    this.#wasUp = true
  }

  #ready(stream: Stream, events: number): void {
    if (this.#streams[stream.peer] !== stream) return
    this.#parts.traffic.begin(this.#loop)
    if (this.#loop.now >= stream.roundTripAt) this.#measure(stream)
    if ((events & epoll.out) !== 0) this.#afterFlush(stream, stream.flush())
    if ((events & ~epoll.out) !== 0 && this.#streams[stream.peer] === stream) this.#receive(stream)
    this.#parts.traffic.end()
  }

  #receive(stream: Stream): void {
    const { inbound, owner } = this.#parts
    const result = stream.receive(inbound, owner.largestPacket, this.#loop.now, owner.received)
    this.#watchHalfFrame(stream)
    if (result !== "ok") this.#lose(stream, this.#endReason(stream, result))
  }

  #endReason(stream: Stream, result: ReceiveResult): TunnelReason {
    if (result === "closed") return { code: "peer-closed", detail: `${stream.remote} closed the connection.` }
    if (result === "bad-frame") return badFrameReason(stream.badLength, this.#parts.owner.largestPacket, stream.remote)
    return lossReason(stream.errno, stream.remote)
  }

  #afterSend(stream: Stream, result: SendResult): void {
    if (result === "lost") return this.#lose(stream, lossReason(stream.errno, stream.remote))
    if (result === "waiting") this.#awaitRoom(stream, true)
  }

  #afterFlush(stream: Stream, result: SendResult): void {
    if (result === "lost") return this.#lose(stream, lossReason(stream.errno, stream.remote))
    if (result === "sent") this.#awaitRoom(stream, false)
  }

  /** While a stream is full: point to point the device is not read; a hub drops what is for this peer. */
  #awaitRoom(stream: Stream, on: boolean): void {
    this.#loop.modify(stream.fd, stream.slot, on ? epoll.in | epoll.out : epoll.in)
    if (!this.#isHub) this.#parts.owner.blocked(on)
  }

  #dropWithoutPeer(batch: Batch, from: number, to: number): void {
    const { traffic, memory } = this.#parts
    for (let i = from; i < to; i++) {
      traffic.dropped(outbound, noPeer, 0, batch.peer[i] ?? 0, memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0)
    }
  }

  #watchHalfFrame(stream: Stream): void {
    if (stream.halfFrameBy >= this.#halfFramesBy) return
    this.#halfFramesBy = stream.halfFrameBy
    this.#parts.owner.wakeAt(stream.halfFrameBy)
  }

  #endHalfFrames(now: number): void {
    this.#halfFramesBy = never
    for (const stream of this.#streams) {
      if (stream === undefined) continue
      if (now >= stream.halfFrameBy) this.#lose(stream, halfFrameReason(stream.remote))
      else this.#halfFramesBy = Math.min(this.#halfFramesBy, stream.halfFrameBy)
    }
  }

  #measure(stream: Stream): void {
    stream.roundTripAt = this.#loop.now + roundTripEveryMs
    try {
      const info = tcpInfo(stream.fd)
      stream.control.look(info)
      const { counters } = this.#parts.traffic
      counters.roundTrip(stream.peer, info.roundTripMicroseconds / 1000)
      counters.retransmitted(stream.peer, info.totalRetransmits - stream.retransmissions)
      stream.retransmissions = info.totalRetransmits
    } catch {
      this.#parts.traffic.counters.roundTrip(stream.peer, 0) // it ended meanwhile; the road itself will say so
    }
  }

  #lose(stream: Stream, reason: TunnelReason): void {
    this.#close(stream)
    const isLast = this.#standing === 0
    if (isLast) this.#say("reconnecting", reason)
    this.#dialer?.again()
  }

  #close(stream: Stream): void {
    const { owner, traffic } = this.#parts
    this.#loop.remove(stream.fd, stream.slot)
    this.#measure(stream)
    closeSocket(stream.fd)
    this.#streams[stream.peer] = undefined
    this.#standing -= 1
    traffic.begin(this.#loop)
    stream.drop()
    traffic.end()
    traffic.counters.roundTrip(stream.peer, 0)
    owner.peerChanged(stream.peer, null)
    if (!this.#isHub) owner.blocked(false)
  }
}

function isFrom(stream: Stream, address: string): boolean {
  return stream.remote.startsWith(address.includes(":") ? `[${address}]:` : `${address}:`)
}
