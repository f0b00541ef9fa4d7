import { epoll, errno, SyscallError } from "@tundeck/native-bindings"
import { dropNumber, type TunnelReason, type TunnelState } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import type { ClearTransport, NumericEndpoint, RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { connectReason, listenReason, silentReason, unknownName, waitingReason } from "../reasons.ts"
import { largestPacket } from "../regions.ts"
import { DatagramReceiver } from "./datagram-receiver.ts"
import { DatagramSender } from "./datagram-sender.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import { DatagramWire } from "./datagram-wire.ts"
import type { PeerAddresses } from "./peer-addresses.ts"
import { PeerPaths } from "./peer-paths.ts"
import { PeerWatch } from "./peer-watch.ts"
import { Strangers } from "./strangers.ts"
import { endpointText } from "./tcp-socket.ts"
import type { TransportParts } from "./transport-parts.ts"
import type { UdpOptions } from "./udp-socket.ts"

/** A calling peer that is gone is looked for again at its other addresses, or by its name. */
const resolveTimeoutMs = 15_000
const retryMs = 2_000
const never = Number.POSITIVE_INFINITY

export type OpenDatagramSocket = (options: UdpOptions, memory: RelayMemory, peers: PeerAddresses) => DatagramSocket

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
  readonly tooLongReason = dropNumber("above-path-mtu")
  readonly #open: OpenDatagramSocket
  readonly #parts: TransportParts
  readonly #transport: ClearTransport
  readonly #wire: DatagramWire
  readonly #paths: PeerPaths
  readonly #watch: PeerWatch
  readonly #sender: DatagramSender
  readonly #receiver: DatagramReceiver
  readonly #strangers: Strangers
  #peers: RelayPeers
  #remotes: readonly NumericEndpoint[]
  #tries = 0
  #wasUp = false
  #retryAt = never
  #resolveBy = never
  #saidLast = ""

  constructor(transport: ClearTransport, peers: RelayPeers, parts: TransportParts, open: OpenDatagramSocket) {
    const { ends, kind, socket: wishes } = transport
    this.#transport = transport
    this.#peers = peers
    this.#parts = parts
    this.#open = open
    this.#remotes = ends.role === "connect" ? ends.remotes : []
    this.#wire = new DatagramWire(ends.role === "connect", peers, parts.loop)
    this.#paths = new PeerPaths(this.#wire, wishes, parts.owner)
    this.#watch = new PeerWatch(this.#wire, this.#paths, parts, {
      came: () => this.#came(),
      silent: (remote) => this.#silent(remote),
      unheard: () => this.#unheard(),
      refused: (error) => this.#sayUnreached(error, this.#wire.called),
    })
    this.#sender = new DatagramSender(this.#wire, this.#watch, this.#paths, parts, kind === "udp")
    this.#receiver = new DatagramReceiver(this.#wire, this.#watch, parts)
    this.#strangers = new Strangers(parts)
    this.largestPacket = largestPacket
  }

  get pathPacket(): number | null {
    return this.#paths.narrowest
  }

  start(): void {
    if (this.#wire.isCalling && this.#remotes.length === 0) this.#resolve()
    else this.#openSocket()
  }

  stop(): void {
    this.#closeSocket()
    this.#watch.stop()
    this.#retryAt = this.#resolveBy = never
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
    if (this.#wire.isCalling) return
    this.#wire.setPeers(peers)
    before.forEach((old, place) => {
      const peer = peers[place]
      if (old === null || (peer?.enabled && peer.address === old.address)) return
      this.#watch.gone(place)
      this.#sender.forget(place)
    })
    if (this.#watch.standing === 0 && this.#wire.socket !== undefined) this.#wait()
  }

  send(batch: Batch): void {
    this.#sender.send(batch)
  }

  alarm(now: number): number {
    if (now >= this.#resolveBy) this.setRemotes([], null)
    if (now >= this.#retryAt) {
      this.#retryAt = never
      this.#seek()
    }
    const nextAskAt = this.#watch.alarm(now)
    return Math.min(this.#resolveBy, this.#retryAt, nextAskAt)
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

  #sayUnreached(error: number, remote: NumericEndpoint | undefined): void {
    this.#say(this.#waitingState, connectReason(error, remote === undefined ? "" : endpointText(remote)))
  }

  #wait(): void {
    const { ends } = this.#transport
    if (ends.role === "connect") return
    const awaited = this.#peers.flatMap((peer) => (peer?.enabled ? [peer.address] : []))
    this.#say(this.#waitingState, waitingReason(endpointText(ends.local), awaited))
  }

  #resolve(): void {
    this.#resolveBy = this.#parts.loop.now + resolveTimeoutMs
    this.#parts.owner.wakeAt(this.#resolveBy)
    this.#parts.owner.resolve()
  }

  /** The name may have another address by now. */
  #seek(): void {
    const { ends } = this.#transport
    if (ends.role === "connect" && ends.named) this.#resolve()
    else this.#openSocket()
  }

  #retryLater(): void {
    this.#retryAt = this.#parts.loop.now + retryMs
    this.#parts.owner.wakeAt(this.#retryAt)
  }

  #openSocket(): void {
    const { ends, socket: wishes } = this.#transport
    const { loop, memory } = this.#parts
    const remote = this.#remotes[this.#tries++ % Math.max(1, this.#remotes.length)]
    this.#closeSocket()
    this.#wire.called = remote
    try {
      const end = ends.role === "listen" ? { local: ends.local } : { ...(remote && { remote }) }
      const onStranger = (name: number) => this.#strangers.tell(name)
      const socket = this.#open({ ...end, wishes, onStranger }, memory, this.#wire.index)
      this.#wire.attach(socket, (events) => this.#ready(events))
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      if (ends.role === "listen") this.#say("failed", listenReason(error, endpointText(ends.local)))
      else this.#sayUnreached(error.errno, remote)
      return this.#retryLater()
    }
    if (ends.role === "listen") return this.#wait()
    if (this.#tries === 1) this.#say("connecting", null)
    this.#watch.call(loop.now)
  }

  #closeSocket(): void {
    if (this.#wire.socket === undefined) return
    this.#sender.clear()
    this.#watch.allGone()
    this.#wire.close()
    this.#parts.owner.blocked(false)
  }

  #ready(events: number): void {
    const { traffic, loop } = this.#parts
    traffic.begin(loop)
    if ((events & epoll.out) !== 0) this.#sender.flush()
    if ((events & ~epoll.out) !== 0) this.#receiver.receive()
    traffic.end()
  }

  #came(): void {
    // An answer that is still awaited would take it away again.
    this.#resolveBy = never
    if (!this.#transport.isHub || this.#watch.standing === 1) this.#say("up", null)
    this.#wasUp = true
  }

  #silent(remote: string): void {
    this.#say("reconnecting", silentReason(remote))
    if (this.#wire.isCalling) this.#seek()
  }

  /** Perhaps another address says something, or the name has another by now. */
  #unheard(): void {
    const { ends } = this.#transport
    if (ends.role === "listen" || this.#wire.called === undefined) return
    this.#sayUnreached(errno.ETIMEDOUT, this.#wire.called)
    if (ends.named) this.#resolve()
    else if (this.#remotes.length > 1) this.#openSocket()
  }
}
