import { createEventfd, epoll, errno, SyscallError, sys } from "@tundeck/native-bindings"
import { dropNumber, type TunnelReason, type TunnelState } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { ClearTransport, NumericEndpoint, RelayPeers } from "../messages.ts"
import { trainBytes, trainPackets } from "../offload/train-size.ts"
import type { Transport } from "../ports.ts"
import { connectReason, listenReason, noPeer, unknownName, waitingReason } from "../reasons.ts"
import { largestPacket, region } from "../regions.ts"
import type { MemoryConnection, MemoryNetwork } from "./memory-network.ts"
import { endpointText } from "./tcp-socket.ts"
import type { TransportParts } from "./transport-parts.ts"

const outbound = 0
const queueFull = dropNumber("queue-full")
const aboveMtu = dropNumber("above-path-mtu")
const callAgainMs = 100
const listenAgainMs = 2_000
const resolveTimeoutMs = 15_000
const never = Number.POSITIVE_INFINITY

/**
 * A transport whose other end is in the same process: no socket, no root. It behaves as StreamTransport does, takes trains
 * when its framing is theirs, and an eventfd tells its loop when there is something to do.
 *
 *   connecting ──opened──▶ up ──lost──▶ reconnecting ──opened──▶ up
 *        └──── somebody else listens there ────▶ failed ──had after all──▶ connecting
 */
export class MemoryTransport implements Transport {
  readonly headroom = 0
  readonly takesTrains: boolean
  readonly largestPacket = largestPacket
  readonly tooLongReason = aboveMtu
  readonly pathPacket = largestPacket
  readonly #network: MemoryNetwork
  readonly #transport: ClearTransport
  readonly #parts: TransportParts
  #peers: RelayPeers
  #remotes: readonly NumericEndpoint[]
  /** By the peer's place. */
  readonly #connections: (MemoryConnection | undefined)[] = []
  readonly #calls: MemoryConnection[] = []
  #event: { fd: number; slot: number } | undefined
  #isListening = false
  #isBlocked = false
  #standing = 0
  #wasUp = false
  #tries = 0
  #retryAt = never
  #resolveBy = never

  constructor(network: MemoryNetwork, transport: ClearTransport, peers: RelayPeers, parts: TransportParts) {
    this.#network = network
    this.#transport = transport
    this.#peers = peers
    this.#parts = parts
    this.#remotes = transport.ends.role === "connect" ? transport.ends.remotes : []
    this.takesTrains = transport.framing === "trains"
  }

  start(): void {
    const fd = createEventfd()
    this.#event = { fd, slot: this.#parts.loop.add(fd, epoll.in, { ready: () => this.#ready(fd) }) }
    if (this.#transport.ends.role === "listen") this.#listen(this.#transport.ends.local)
    else if (this.#remotes.length === 0) this.#resolve()
    else this.#call()
  }

  stop(): void {
    const { ends } = this.#transport
    if (this.#isListening && ends.role === "listen") this.#network.unlisten(ends.local)
    this.#isListening = false
    for (const call of this.#calls.splice(0)) call.close()
    for (let place = 0; place < this.#connections.length; place++) this.#close(place)
    this.#retryAt = this.#resolveBy = never
    if (this.#event === undefined) return
    this.#parts.loop.remove(this.#event.fd, this.#event.slot)
    sys.close(this.#event.fd)
    this.#event = undefined
  }

  setRemotes(remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    if (this.#resolveBy === never) return
    this.#resolveBy = never
    if (remotes.length > 0) this.#remotes = remotes
    if (reason === null && this.#remotes.length > 0) return this.#call()
    this.#say(this.#waitingState, reason ?? unknownName)
    this.#retryIn(callAgainMs)
  }

  setPeers(peers: RelayPeers): void {
    const before = this.#peers
    this.#peers = peers
    if (this.#transport.ends.role === "connect") return
    before.forEach((old, place) => {
      const peer = peers[place]
      if (!peer?.enabled || peer.address !== old?.address) this.#close(place)
    })
    if (this.#standing === 0 && this.#isListening) this.#wait()
  }

  send(batch: Batch): void {
    const { memory, traffic } = this.#parts
    for (let from = 0; from < batch.count; ) {
      const peer = batch.peer[from] ?? 0
      const connection = this.#connections[peer]
      const wasFull = connection?.out.isFull ?? false
      let i = from
      for (; i < batch.count && batch.peer[i] === peer; i++) {
        if (connection !== undefined && !wasFull && connection.out.push(memory, batch, i)) this.#passed(batch, i)
        else {
          const reason = connection === undefined ? noPeer : queueFull
          traffic.dropped(outbound, reason, 0, peer, memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0)
        }
      }
      from = i
      if (connection !== undefined) this.#afterSend(connection)
    }
  }

  alarm(now: number): number {
    if (now >= this.#resolveBy) this.setRemotes([], null)
    if (now >= this.#retryAt) {
      this.#retryAt = never
      const { ends } = this.#transport
      if (ends.role === "listen") this.#listen(ends.local)
      else if (ends.named) this.#resolve()
      else this.#call()
    }
    return Math.min(this.#retryAt, this.#resolveBy)
  }

  get #waitingState(): TunnelState {
    return this.#wasUp ? "reconnecting" : "connecting"
  }

  #say(state: TunnelState, reason: TunnelReason | null): void {
    this.#parts.owner.state(state, reason)
  }

  #retryIn(milliseconds: number): void {
    this.#retryAt = this.#parts.loop.now + milliseconds
    this.#parts.owner.wakeAt(this.#retryAt)
  }

  #resolve(): void {
    this.#resolveBy = this.#parts.loop.now + resolveTimeoutMs
    this.#parts.owner.wakeAt(this.#resolveBy)
    this.#parts.owner.resolve()
  }

  #listen(local: NumericEndpoint): void {
    this.#isListening = this.#network.listen(local, (connection) => {
      this.#calls.push(connection)
      this.#wake()
    })
    if (this.#isListening) return this.#wait()
    this.#say("failed", listenReason(new SyscallError("bind", errno.EADDRINUSE), endpointText(local)))
    this.#retryIn(listenAgainMs)
  }

  #wait(): void {
    const { ends } = this.#transport
    if (ends.role === "connect") return
    const awaited = this.#peers.flatMap((peer) => (peer?.enabled ? [peer.address] : []))
    this.#say(this.#waitingState, waitingReason(endpointText(ends.local), awaited))
  }

  #call(): void {
    const remote = this.#remotes[this.#tries++ % Math.max(1, this.#remotes.length)]
    if (remote === undefined) return
    if (!this.#wasUp && this.#tries === 1) this.#say("connecting", null)
    const connection = this.#network.call(this.#transport.socket.sourceAddress ?? remote.address, remote)
    if (connection !== undefined) return this.#opened(0, connection)
    this.#say(this.#waitingState, connectReason(errno.ECONNREFUSED, endpointText(remote)))
    this.#retryIn(callAgainMs)
  }

  #called(connection: MemoryConnection): void {
    const { address } = connection.remote
    const place = this.#peers.findIndex((peer) => peer?.enabled && peer.address === address)
    if (place < 0) {
      connection.close()
      return this.#parts.owner.stranger(address)
    }
    this.#close(place)
    this.#opened(place, connection)
  }

  #opened(place: number, connection: MemoryConnection): void {
    const { owner, traffic } = this.#parts
    this.#connections[place] = connection
    this.#standing += 1
    connection.wake = () => this.#wake()
    this.#wake()
    traffic.counters.connected()
    owner.peerChanged(place, endpointText(connection.remote))
    if (!this.#transport.isHub || this.#standing === 1) this.#say("up", null)
    this.#wasUp = true
  }

  #wake(): void {
    if (this.#event !== undefined) sys.eventfdWrite(this.#event.fd)
  }

  #ready(fd: number): void {
    sys.eventfdRead(fd)
    this.#parts.traffic.begin(this.#parts.loop)
    for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) this.#called(call)
    for (let place = 0; place < this.#connections.length; place++) {
      const connection = this.#connections[place]
      if (connection === undefined) continue
      this.#receive(place, connection)
      if (connection.isClosed && connection.in.isEmpty) this.#lose(place, connection)
      else if (!connection.out.isFull) this.#block(false)
    }
    this.#parts.traffic.end()
  }

  /** One batch: what is left wakes us again. */
  #receive(place: number, connection: MemoryConnection): void {
    const { memory, inbound: batch, owner } = this.#parts
    const line = connection.in
    batch.clear()
    let { at }: { at: number } = region.inbound
    const end = at + region.inbound.size
    while (!line.isEmpty && !batch.isFull && at + line.firstLength <= end) {
      const length = line.firstLength
      line.pop(memory, at, batch, place)
      at += length
    }
    if (batch.count > 0) owner.received(batch)
    batch.clear()
    if (!line.isEmpty) this.#wake()
    if (!line.isAwaited || line.isFull) return
    line.isAwaited = false
    connection.wakeOther()
  }

  #afterSend(connection: MemoryConnection): void {
    connection.wakeOther()
    if (!connection.out.isFull) return
    connection.out.isAwaited = true
    this.#block(true)
  }

  /** Point to point alone: a hub drops what is for a peer whose line is full. */
  #block(on: boolean): void {
    if (on === this.#isBlocked || this.#transport.isHub) return
    this.#isBlocked = on
    this.#parts.owner.blocked(on)
  }

  #lose(place: number, { remote }: MemoryConnection): void {
    this.#close(place)
    const reason = { code: "peer-closed", detail: `${endpointText(remote)} closed the connection.` } as const
    if (this.#standing === 0) this.#say("reconnecting", reason)
    if (this.#transport.ends.role === "connect") this.#retryIn(callAgainMs)
  }

  #close(place: number): void {
    const connection = this.#connections[place]
    if (connection === undefined) return
    this.#connections[place] = undefined
    this.#standing -= 1
    connection.wake = () => {}
    connection.close()
    this.#parts.owner.peerChanged(place, null)
    this.#block(false)
  }

  /** A train counts as the packets that it is cut into. */
  #passed(batch: Batch, i: number): void {
    const { memory, traffic } = this.#parts
    const [at, length, peer, size] = [batch.at[i] ?? 0, batch.length[i] ?? 0, batch.peer[i] ?? 0, batch.gsoSize[i] ?? 0]
    if (size === 0) return traffic.passed(outbound, peer, memory.view, at, length)
    const packets = trainPackets(memory.view, batch, i)
    traffic.passedTrain(outbound, peer, memory.view, at, length, packets, trainBytes(memory.view, batch, i))
  }
}
