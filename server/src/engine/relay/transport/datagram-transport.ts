import { epoll, errno, SyscallError } from "@tundeck/native-bindings"
import { dropNumber, type TunnelReason, type TunnelState } from "@tundeck/shared"
import { Batch, strangerPeer } from "../batch.ts"
import type { EpollLoop } from "../epoll-loop.ts"
import { nameSize, type RelayMemory } from "../memory.ts"
import type { NumericEndpoint, RelayPeers, RelayTransport } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { connectReason, listenReason, noPeer, silentReason, unknownName, waitingReason } from "../reasons.ts"
import { largestPacket, region } from "../regions.ts"
import { DatagramPeer, narrowestPath } from "./datagram-peer.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import { pathMtuTo } from "./path-mtu.ts"
import { endpointOf, PeerIndex } from "./peer-index.ts"
import {
  answerQuestion,
  elapsedMicroseconds,
  isProbe,
  isQuestion,
  probeBytes,
  whichOf,
  writeQuestion,
} from "./probe.ts"
import { endpointText } from "./tcp-socket.ts"
import type { TransportParts } from "./transport-parts.ts"
import type { UdpOptions } from "./udp-socket.ts"
import { UnsentPackets } from "./unsent-packets.ts"

const outbound = 0
const inbound = 1
const unknownPeer = dropNumber("unknown-peer")
const aboveMtu = dropNumber("above-path-mtu")
const transportRefused = dropNumber("transport-refused")
const queueFull = dropNumber("queue-full")

/** A peer is asked so often: while packets pass, while none do, and while it does not answer. */
const askEveryMs = { busy: 2_000, idle: 10_000, silent: 1_000, longSilent: 5_000 } as const
const longSilentAfter = 10
/** Silent for so long, though it was asked: it is gone. */
const goneAfterMs = 15_000
/** A calling peer that is gone is looked for again at its other addresses, or by its name. */
const resolveTimeoutMs = 15_000
const retryMs = 2_000
const receivesAtOnce = 4
const strangersASecond = 10
const never = Number.POSITIVE_INFINITY

export type OpenDatagramSocket = (options: UdpOptions, memory: RelayMemory, peers: PeerIndex) => DatagramSocket

/**
 * Packets in datagrams, to one peer that is called or awaited, or to the many of a hub. There is no connection: a peer is
 * there while it is heard.
 *
 *   connecting ──heard──▶ up ──silent, though asked──▶ reconnecting ──heard──▶ up
 *        └──── the socket cannot be had ────▶ failed ──had after all──▶ connecting
 */
export class DatagramTransport implements Transport {
  readonly headroom = 0
  readonly takesTrains = false
  readonly largestPacket: number
  readonly tooLongReason = aboveMtu
  pathPacket: number | null = null
  readonly #open: OpenDatagramSocket
  readonly #parts: TransportParts
  readonly #loop: EpollLoop
  readonly #transport: RelayTransport
  readonly #unsent: UnsentPackets
  readonly #probe = new Batch(1)
  readonly #isCalling: boolean
  readonly #states: (DatagramPeer | undefined)[] = []
  #peers: RelayPeers
  #index: PeerIndex
  #remotes: readonly NumericEndpoint[]
  #socket: DatagramSocket | undefined
  #slot = 0
  #tries = 0
  #standing = 0
  #wasUp = false
  #retryAt = never
  #resolveBy = never
  #nextAskAt = never
  /** Who is called has time until then to say something. */
  #hearBy = never
  #saidLast = ""
  #strangersSince = 0
  #strangers = 0

  constructor(transport: RelayTransport, peers: RelayPeers, parts: TransportParts, open: OpenDatagramSocket) {
    this.#transport = transport
    this.#peers = peers
    this.#parts = parts
    this.#loop = parts.loop
    this.#open = open
    this.#index = new PeerIndex(peers)
    this.#isCalling = transport.ends.role === "connect"
    this.#remotes = transport.ends.role === "connect" ? transport.ends.remotes : []
    this.#unsent = new UnsentPackets(parts.memory)
    this.largestPacket = largestPacket
  }

  start(): void {
    if (this.#transport.ends.role === "connect" && this.#remotes.length === 0) this.#resolve()
    else this.#openSocket()
  }

  stop(): void {
    this.#closeSocket()
    this.#retryAt = this.#resolveBy = this.#nextAskAt = never
  }

  setRemotes(remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    if (this.#resolveBy === never) return
    this.#resolveBy = never
    if (remotes.length > 0) this.#remotes = remotes
    if (reason === null && this.#remotes.length > 0) return this.#openSocket()
    this.#say(this.#waitingState, reason ?? unknownName)
    this.#retryLater()
  }

  setPeers(peers: RelayPeers): void {
    const before = this.#peers
    this.#peers = peers
    if (this.#transport.ends.role === "connect") return
    this.#index = new PeerIndex(peers, this.#index)
    if (this.#socket !== undefined) this.#socket.peers = this.#index
    before.forEach((old, place) => {
      const peer = peers[place]
      if (old === null || (peer?.enabled && peer.address === old.address)) return
      this.#gone(place)
      this.#unsent.forget(place)
    })
    if (this.#standing === 0 && this.#socket !== undefined) this.#wait()
  }

  send(batch: Batch): void {
    const socket = this.#socket
    if (socket === undefined) return this.#drop(batch, 0, batch.count, noPeer, 0)
    if (this.#unsent.count > 0) return this.#drop(batch, 0, batch.count, queueFull, 0)
    const next = this.#sendAll(socket, batch)
    if (next < batch.count) this.#keep(batch, next)
  }

  alarm(now: number): number {
    if (now >= this.#resolveBy) this.setRemotes([], null)
    if (now >= this.#retryAt) {
      this.#retryAt = never
      if (this.#transport.ends.role === "connect" && this.#transport.ends.named) this.#resolve()
      else this.#openSocket()
    }
    if (now >= this.#nextAskAt) this.#askAll(now)
    return Math.min(this.#resolveBy, this.#retryAt, this.#nextAskAt)
  }

  get #waitingState(): TunnelState {
    return this.#wasUp ? "reconnecting" : "connecting"
  }

  /** Once, however often it is found again: a refusal may come back for each packet. */
  #say(state: TunnelState, reason: TunnelReason | null): void {
    const words = `${state} ${reason?.detail}`
    if (words === this.#saidLast) return
    this.#saidLast = words
    this.#parts.owner.state(state, reason)
  }

  #wait(): void {
    const { ends } = this.#transport
    if (ends.role === "connect") return
    const awaited = this.#peers.flatMap((peer) => (peer?.enabled ? [peer.address] : []))
    this.#say(this.#waitingState, waitingReason(endpointText(ends.local), awaited))
  }

  #resolve(): void {
    this.#resolveBy = this.#loop.now + resolveTimeoutMs
    this.#parts.owner.wakeAt(this.#resolveBy)
    this.#parts.owner.resolve()
  }

  #openSocket(): void {
    const { ends, socket: wishes } = this.#transport
    const remote = this.#remotes[this.#tries++ % Math.max(1, this.#remotes.length)]
    this.#closeSocket()
    try {
      const end = ends.role === "listen" ? { local: ends.local } : { ...(remote && { remote }) }
      const onStranger = (name: number) => this.#tellStranger(name)
      this.#socket = this.#open({ ...end, wishes, onStranger }, this.#parts.memory, this.#index)
      this.#slot = this.#loop.add(this.#socket.fd, epoll.in, { ready: (events) => this.#ready(events) })
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      if (ends.role === "listen") this.#say("failed", listenReason(error, endpointText(ends.local)))
      else this.#say(this.#waitingState, connectReason(error.errno, remote === undefined ? "" : endpointText(remote)))
      return this.#retryLater()
    }
    if (ends.role === "listen") return this.#wait()
    this.#states[0] = new DatagramPeer()
    this.#measurePathTo(0)
    if (this.#tries === 1) this.#say("connecting", null)
    this.#hearBy = this.#loop.now + goneAfterMs
    this.#askAll(this.#loop.now)
  }

  #closeSocket(): void {
    const socket = this.#socket
    if (socket === undefined) return
    this.#parts.traffic.begin(this.#loop.time)
    this.#drop(this.#unsent.takeAll(), 0, this.#unsent.count, noPeer, 0)
    this.#unsent.clear()
    this.#parts.traffic.end()
    for (let place = 0; place < this.#states.length; place++) this.#gone(place)
    this.#states.length = 0
    this.#loop.remove(socket.fd, this.#slot)
    socket.close()
    this.#socket = undefined
    this.#parts.owner.blocked(false)
  }

  #retryLater(): void {
    this.#retryAt = this.#loop.now + retryMs
    this.#parts.owner.wakeAt(this.#retryAt)
  }

  #ready(events: number): void {
    this.#parts.traffic.begin(this.#loop.time)
    if ((events & epoll.out) !== 0) this.#flush()
    if ((events & ~epoll.out) !== 0) this.#receive()
    this.#parts.traffic.end()
  }

  #receive(): void {
    const { inbound: batch, owner } = this.#parts
    for (let times = 0; times < receivesAtOnce && this.#socket !== undefined; times++) {
      batch.clear()
      const n = this.#socket.receive(batch)
      if (n < 0) {
        if (n !== -errno.EAGAIN && n !== -errno.EINTR) this.#heed(-n, 0)
        return
      }
      this.#sort(batch)
      if (batch.count > 0) owner.received(batch)
      batch.clear()
      if (n < 8) return
    }
  }

  /** Takes out what is no packet of a peer: probes, strangers, empty datagrams. */
  #sort(batch: Batch): void {
    const { view } = this.#parts.memory
    let kept = 0
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      const peer = batch.peer[i] ?? 0
      if (peer === strangerPeer) {
        this.#stranger(at, length)
        continue
      }
      const state = this.#heard(peer)
      if (isProbe(view, at, length)) {
        this.#probed(state, peer, at)
        continue
      }
      if (length === 0) continue
      state.isBusy = true
      if (kept !== i) {
        batch.at[kept] = at
        batch.length[kept] = length
        batch.peer[kept] = peer
      }
      kept += 1
    }
    batch.count = kept
  }

  #heard(peer: number): DatagramPeer {
    const state = this.#states[peer] ?? this.#newPeer(peer)
    state.heardAt = this.#loop.now
    state.unanswered = 0
    if (state.remote === null) this.#came(peer, state)
    return state
  }

  #newPeer(peer: number): DatagramPeer {
    const state = new DatagramPeer()
    this.#states[peer] = state
    return state
  }

  #came(peer: number, state: DatagramPeer): void {
    const { isHub } = this.#transport
    const at = this.#endpoint(peer)
    state.remote = at === undefined ? "" : endpointText(at)
    // An answer that is still awaited would take it away again.
    this.#resolveBy = never
    this.#standing += 1
    this.#parts.traffic.counters.connected()
    this.#parts.owner.peerChanged(peer, state.remote)
    if (!isHub || this.#standing === 1) this.#say("up", null)
    this.#wasUp = true
    if (!this.#isCalling) this.#measurePathTo(peer)
    this.#askSoon(this.#loop.now)
  }

  #gone(place: number): void {
    const state = this.#states[place]
    if (state === undefined) return
    this.#states[place] = undefined
    if (state.remote === null) return
    this.#standing -= 1
    this.#index.forget(place)
    this.#parts.traffic.counters.roundTrip(place, 0)
    this.#parts.owner.peerChanged(place, null)
  }

  /** Who calls knows where to send, and sends before it is answered: the peer may be a program that knows no probes. */
  #isThere(peer: number): boolean {
    return this.#isCalling || this.#states[peer]?.remote != null
  }

  #probed(state: DatagramPeer, peer: number, at: number): void {
    const { view } = this.#parts.memory
    if (isQuestion(view, at)) {
      answerQuestion(view, at)
      return this.#sendProbe(peer, at)
    }
    if (whichOf(view, at) !== state.which) return
    const microseconds = elapsedMicroseconds(view, at, performance.now() * 1000)
    this.#parts.traffic.counters.roundTrip(peer, microseconds / 1000)
  }

  /** A lost probe is asked again; nothing waits for one. */
  #sendProbe(peer: number, at: number): void {
    this.#probe.clear()
    this.#probe.add(at, probeBytes, peer)
    const n = this.#socket?.send(this.#probe, 0, 1) ?? 0
    if (n === -errno.ECONNREFUSED) this.#refused(-n)
  }

  /** Who calls asks always; who waits asks those that it hears. */
  #askAll(now: number): void {
    this.#nextAskAt = never
    for (let place = 0; place < this.#states.length; place++) {
      const state = this.#states[place]
      if (state === undefined) continue
      if (state.remote !== null && now - state.heardAt > goneAfterMs) {
        this.#silent(place)
        if (this.#socket === undefined || this.#states[place] !== state) continue
      }
      if (state.remote === null && !this.#isCalling) continue
      if (state.remote === null && now >= this.#hearBy) {
        this.#unheard(now)
        if (this.#states[place] !== state) continue
      }
      if (now >= state.askedAt + this.#askEvery(state)) this.#ask(place, state, now)
      this.#askSoon(state.askedAt + this.#askEvery(state))
    }
  }

  #askEvery(state: DatagramPeer): number {
    if (state.remote === null) return state.unanswered > longSilentAfter ? askEveryMs.longSilent : askEveryMs.silent
    if (state.unanswered > 0) return askEveryMs.silent
    if (state.isBusy) return askEveryMs.busy
    return this.#isCalling ? askEveryMs.idle : goneAfterMs
  }

  #askSoon(when: number): void {
    if (when >= this.#nextAskAt) return
    this.#nextAskAt = when
    this.#parts.owner.wakeAt(when)
  }

  #ask(place: number, state: DatagramPeer, now: number): void {
    // A narrower path is told by an error to those who may not fragment; that it is wider again is told to nobody.
    if (state.remote !== null) this.#measurePathTo(place)
    state.askedAt = now
    state.unanswered += 1
    state.isBusy = false
    state.which = (state.which + 1) >>> 0
    // It may be another by now; and of a narrower one not every packet tells that is too long for it.
    this.#measurePathTo(place)
    writeQuestion(this.#parts.memory.view, region.spare.at, state.which, performance.now() * 1000)
    this.#sendProbe(place, region.spare.at)
  }

  #silent(place: number): void {
    const remote = this.#states[place]?.remote ?? ""
    this.#gone(place)
    if (this.#standing > 0) return
    this.#say("reconnecting", silentReason(remote))
    const { ends } = this.#transport
    if (ends.role === "listen") return
    if (ends.named) this.#resolve()
    else this.#openSocket()
  }

  /** The called address says nothing: perhaps another does, or the name has another by now. */
  #unheard(now: number): void {
    const { ends } = this.#transport
    const remote = this.#endpoint(0)
    if (ends.role === "listen" || remote === undefined) return
    this.#hearBy = now + goneAfterMs
    this.#say(this.#waitingState, connectReason(errno.ETIMEDOUT, endpointText(remote)))
    if (ends.named) this.#resolve()
    else if (this.#remotes.length > 1) this.#openSocket()
  }

  /** An error that the kernel kept for this socket: mostly the peer's host saying that nothing listens there. */
  #refused(error: number): void {
    const { ends } = this.#transport
    if (ends.role === "listen") return
    const state = this.#states[0]
    const remote = this.#endpoint(0)
    if (remote === undefined || state === undefined) return
    if (state.remote !== null) {
      this.#gone(0)
      this.#states[0] = new DatagramPeer()
      this.#askSoon(this.#loop.now + askEveryMs.silent)
    }
    this.#say(this.#waitingState, connectReason(error, endpointText(remote)))
  }

  /** Answers the first packet that has no verdict yet: the socket is full. */
  #sendAll(socket: DatagramSocket, batch: Batch): number {
    let next = 0
    while (next < batch.count) {
      let to = next
      while (to < batch.count && this.#isThere(batch.peer[to] ?? 0)) to += 1
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
          traffic.passed(outbound, peer, memory.view, batch.at[next] ?? 0, batch.length[next] ?? 0)
        }
        continue
      }
      if (n === -errno.EAGAIN) return next
      if (n === -errno.EINTR) continue
      // An older datagram's error is taken with this call, and what is to be sent now was not tried.
      if (refusedAt !== next && this.#heed(-n, batch.peer[next] ?? 0)) refusedAt = next
      else next = this.#refuse(socket, batch, next, -n)
    }
    return next
  }

  /** Does what an error asks for that may be an older packet's; false for one that is not. */
  #heed(error: number, peer: number): boolean {
    if (error === errno.EMSGSIZE || error === errno.EINVAL) {
      // The kernel mostly knows by now what fits the path.
      this.#measurePathTo(peer)
      return true
    }
    if (error !== errno.ECONNREFUSED && error !== errno.EHOSTUNREACH && error !== errno.ENETUNREACH) return false
    this.#refused(error)
    return true
  }

  /** The kernel does not take the packets at `from`. */
  #refuse(socket: DatagramSocket, batch: Batch, from: number, error: number): number {
    const length = batch.length[from] ?? 0
    const state = this.#states[batch.peer[from] ?? 0]
    // EINVAL is what the kernel says of segments that do not fit; echo messages have none.
    const mayBeNarrow = error === errno.EMSGSIZE || (error === errno.EINVAL && this.#transport.kind === "udp")
    if (mayBeNarrow && length <= socket.largestSegment && state !== undefined) {
      // The path is narrower than the kernel says: from now on such packets go singly, in fragments.
      state.path = state.pathLimit = length - 1
      this.#setPath()
      return from
    }
    const reason = error === errno.EMSGSIZE ? aboveMtu : error === errno.ENOBUFS ? queueFull : transportRefused
    this.#drop(batch, from, from + 1, reason, error)
    return from + 1
  }

  #endpoint(peer: number): NumericEndpoint | undefined {
    return this.#isCalling ? this.#remotes[(this.#tries - 1) % this.#remotes.length] : this.#index.endpoint(peer)
  }

  #measurePathTo(place: number): void {
    const state = this.#states[place]
    const remote = this.#endpoint(place)
    const mtu = remote === undefined ? null : pathMtuTo(remote, this.#transport.socket)
    if (state === undefined || mtu === null) return
    state.path = Math.min(mtu - (this.#socket?.overhead ?? 0), state.pathLimit)
    this.#setPath()
  }

  #setPath(): void {
    const packet = narrowestPath(this.#states)
    if (packet === null) return
    if (this.#socket !== undefined) this.#socket.largestSegment = packet
    if (packet === this.pathPacket) return
    this.pathPacket = packet
    this.#parts.owner.pathChanged()
  }

  #keep(batch: Batch, from: number): void {
    const kept = this.#unsent.keep(batch, from)
    this.#drop(batch, kept, batch.count, queueFull, 0)
    if (this.#socket !== undefined) this.#loop.modify(this.#socket.fd, this.#slot, epoll.in | epoll.out)
    this.#parts.owner.blocked(true)
  }

  #flush(): void {
    const socket = this.#socket
    if (socket === undefined) return
    const batch = this.#unsent.takeAll()
    const next = this.#sendAll(socket, batch)
    if (next < batch.count) return this.#unsent.advance(next)
    this.#unsent.clear()
    this.#loop.modify(socket.fd, this.#slot, epoll.in)
    this.#parts.owner.blocked(false)
  }

  #drop(batch: Batch, from: number, to: number, reason: number, error: number): void {
    const { traffic, memory } = this.#parts
    for (let i = from; i < to; i++) {
      const peer = batch.peer[i] ?? 0
      traffic.dropped(outbound, reason, error, peer, memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0)
    }
  }

  #stranger(at: number, length: number): void {
    const { traffic, memory } = this.#parts
    traffic.dropped(inbound, unknownPeer, 0, strangerPeer, memory.view, at, length)
  }

  /** Told a few times a second at most: who floods us shall not fill the time line. */
  #tellStranger(name: number): void {
    if (this.#loop.now - this.#strangersSince > 1000) {
      this.#strangersSince = this.#loop.now
      this.#strangers = 0
    }
    if (this.#strangers++ >= strangersASecond) return
    const from = endpointOf(this.#parts.memory.calls.bytes.slice(name, name + nameSize))
    if (from !== undefined) this.#parts.owner.stranger(from.address)
  }
}
