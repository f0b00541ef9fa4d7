import { epoll, SyscallError, socketName, sys, tcpInfo } from "@tundeck/native-bindings"
import type { TunnelReason, TunnelState } from "@tundeck/shared"
import type { CounterWriter } from "./counters.ts"
import type { EpollLoop, Source } from "./epoll-loop.ts"
import type { NumericEndpoint, RelayTransport } from "./messages.ts"
import { connectReason, listenReason } from "./reasons.ts"
import { reconnectDelay } from "./reconnect-delay.ts"
import { acceptConnection, endpointText, openConnection, openListener } from "./stream.ts"

/** A standing connection to the peer. */
export interface PeerStream {
  readonly fd: number
  readonly slot: number
  readonly remote: string
}

export interface StreamEvents {
  opened(stream: PeerStream): void
  ready(events: number): void
  changed(state: TunnelState, reason: TunnelReason | null, remote: string | null): void
  /** Fresh addresses are wanted: answer with `setRemotes`. */
  resolve(): void
  stranger(address: string): void
}

const connectTimeoutMs = 10_000
const resolveTimeoutMs = 15_000
const listenRetryMs = 2_000
const roundTripEveryMs = 2_000
/**
 * A connection that stood so long was a good one: after its loss the back-off begins anew. Who turns us away, or sends
 * garbage, does so sooner.
 */
const stableMs = 1_000
const never = Number.POSITIVE_INFINITY
const unknownName: TunnelReason = {
  code: "name-not-found",
  detail: "The peer's name has no address. Check the name, and this host's DNS.",
}

/**
 * Keeps one TCP connection to one peer, calling or listening.
 *
 *   connecting ──opened──▶ up ──lost──▶ reconnecting ──opened──▶ up
 *        └──── the listener cannot be had ────▶ failed ──had after all──▶ connecting
 *
 * A caller from any other address than the peer's is turned away. A second call by the peer replaces the first: it
 * has restarted, and the old connection is a corpse that keepalive would find only later.
 */
export class StreamLink {
  readonly #transport: RelayTransport
  readonly #loop: EpollLoop
  readonly #counters: CounterWriter
  readonly #events: StreamEvents
  readonly #listenSource: Source = { ready: () => this.#accept() }
  readonly #streamSource: Source = { ready: (events) => this.#streamReady(events) }
  readonly #attemptSource: Source = { ready: () => this.#attemptEnded() }
  #remotes: NumericEndpoint[]
  #listener: { fd: number; slot: number } | undefined
  #attempt: { fd: number; slot: number; remote: string; by: number } | undefined
  #stream: PeerStream | undefined
  #tries = 0
  #retryAt = never
  #resolveBy = never
  #stableAt = never
  #roundTripAt = 0
  #wasUp = false

  constructor(transport: RelayTransport, loop: EpollLoop, counters: CounterWriter, events: StreamEvents) {
    this.#transport = transport
    this.#loop = loop
    this.#counters = counters
    this.#events = events
    this.#remotes = transport.role === "connect" ? transport.remotes : []
  }

  start(): void {
    if (this.#transport.role === "listen") this.#listen()
    else if (this.#remotes.length === 0) this.#resolve()
    else this.#connect()
  }

  stop(): void {
    this.#closeStream()
    this.#closeAttempt()
    if (this.#listener !== undefined) this.#close(this.#listener)
    this.#listener = undefined
    this.#retryAt = this.#resolveBy = never
  }

  /** The owner found the stream ended, or ends it because of what came over it. */
  lost(reason: TunnelReason): void {
    this.#closeStream()
    this.#events.changed("reconnecting", reason, null)
    if (this.#transport.role === "connect") this.#retryLater()
  }

  wantWritable(stream: PeerStream, on: boolean): void {
    this.#loop.modify(stream.fd, stream.slot, on ? epoll.in | epoll.out : epoll.in)
  }

  /** The answer to `resolve`. Without addresses, and without a `reason` against those of before, these are tried again. */
  setRemotes(remotes: NumericEndpoint[], reason: TunnelReason | null): void {
    if (this.#resolveBy === never) return
    this.#resolveBy = never
    if (remotes.length > 0) this.#remotes = remotes
    if (reason === null && this.#remotes.length > 0) return this.#connect()
    this.#events.changed(this.#waitingState, reason ?? unknownName, null)
    this.#retryLater()
  }

  alarm(now: number): number {
    if (now >= this.#stableAt) {
      this.#stableAt = never
      this.#tries = 0
    }
    if (this.#attempt !== undefined && now >= this.#attempt.by) this.#attemptTimedOut()
    if (now >= this.#resolveBy) this.setRemotes([], null)
    if (now >= this.#retryAt) {
      this.#retryAt = never
      if (this.#transport.role === "listen") this.#listen()
      else if (this.#transport.named) this.#resolve()
      else this.#connect()
    }
    return Math.min(this.#retryAt, this.#resolveBy, this.#stableAt, this.#attempt?.by ?? never)
  }

  get #waitingState(): TunnelState {
    return this.#wasUp ? "reconnecting" : "connecting"
  }

  #listen(): void {
    if (this.#transport.role !== "listen") return
    const { local, peer } = this.#transport
    try {
      const fd = openListener(local)
      this.#listener = { fd, slot: this.#loop.add(fd, epoll.in, this.#listenSource) }
    } catch (error) {
      this.#events.changed("failed", listenReason(error, endpointText(local)), null)
      this.#setRetry(listenRetryMs)
      return
    }
    const detail = `Waiting for ${peer} to call ${endpointText(local)}.`
    this.#events.changed(this.#waitingState, { code: "waiting-for-peer", detail }, null)
  }

  #accept(): void {
    if (this.#listener === undefined || this.#transport.role !== "listen") return
    const caller = acceptConnection(this.#listener.fd)
    if (caller === undefined) return
    if (caller.remote.address !== this.#transport.peer) {
      sys.close(caller.fd)
      this.#events.stranger(caller.remote.address)
      return
    }
    this.#closeStream()
    this.#opened(caller.fd, endpointText(caller.remote))
  }

  #resolve(): void {
    this.#resolveBy = this.#loop.now + resolveTimeoutMs
    this.#loop.wakeAt(this.#resolveBy)
    this.#events.resolve()
  }

  #connect(): void {
    const remote = this.#remotes[this.#tries % this.#remotes.length]
    if (remote === undefined) return
    const text = endpointText(remote)
    try {
      const { fd, errno } = openConnection(remote)
      const by = this.#loop.now + connectTimeoutMs
      // Also an attempt that failed at once ends by its event: EPOLLERR and EPOLLHUP are always told.
      this.#attempt = { fd, slot: this.#loop.add(fd, epoll.out, this.#attemptSource), remote: text, by }
      this.#loop.wakeAt(by)
      if (errno === 0) this.#attemptEnded()
      else if (errno !== einprogress) this.#attemptFailed(connectReason(errno, text))
      else if (this.#tries === 0 && !this.#wasUp) this.#events.changed("connecting", null, null)
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      this.#attemptFailed(connectReason(error.errno, text))
    }
  }

  #attemptEnded(): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    const errno = sys.getSocketError(attempt.fd)
    if (errno !== 0) return this.#attemptFailed(connectReason(Math.abs(errno), attempt.remote))
    if (isSelfConnected(attempt.fd, attempt.remote))
      return this.#attemptFailed(connectReason(econnrefused, attempt.remote))
    this.#attempt = undefined
    this.#loop.remove(attempt.fd, attempt.slot)
    this.#opened(attempt.fd, attempt.remote)
  }

  #attemptTimedOut(): void {
    this.#attemptFailed(connectReason(etimedout, this.#attempt?.remote ?? ""))
  }

  #attemptFailed(reason: TunnelReason): void {
    this.#closeAttempt()
    this.#events.changed(this.#waitingState, reason, null)
    this.#retryLater()
  }

  #opened(fd: number, remote: string): void {
    this.#stream = { fd, slot: this.#loop.add(fd, epoll.in, this.#streamSource), remote }
    this.#wasUp = true
    this.#counters.connected()
    this.#stableAt = this.#loop.now + stableMs
    this.#loop.wakeAt(this.#stableAt)
    this.#roundTripAt = 0
    this.#events.opened(this.#stream)
    this.#events.changed("up", null, remote)
  }

  #streamReady(events: number): void {
    if (this.#stream === undefined) return
    if (this.#loop.now >= this.#roundTripAt) this.#measure(this.#stream.fd)
    this.#events.ready(events)
  }

  #measure(fd: number): void {
    this.#roundTripAt = this.#loop.now + roundTripEveryMs
    try {
      this.#counters.roundTrip(tcpInfo(fd).roundTripMicroseconds / 1000)
    } catch {
      this.#counters.roundTrip(0) // the connection ended meanwhile; the road itself will say so
    }
  }

  #closeStream(): void {
    if (this.#stream !== undefined) this.#close(this.#stream)
    this.#stream = undefined
    this.#stableAt = never
    this.#counters.roundTrip(0)
  }

  #closeAttempt(): void {
    if (this.#attempt !== undefined) this.#close(this.#attempt)
    this.#attempt = undefined
  }

  #close({ fd, slot }: { fd: number; slot: number }): void {
    this.#loop.remove(fd, slot)
    sys.close(fd)
  }

  #retryLater(): void {
    this.#setRetry(reconnectDelay(this.#tries, Math.random()))
    this.#tries += 1
  }

  #setRetry(delayMs: number): void {
    this.#retryAt = this.#loop.now + delayMs
    this.#loop.wakeAt(this.#retryAt)
  }
}

// asm-generic/errno.h
const etimedout = 110
const econnrefused = 111
const einprogress = 115

/**
 * Port 55555 is among those that the kernel gives to callers. A call to a port of this host where nothing listens may
 * be given that very port, and TCP then connects the socket to itself.
 */
function isSelfConnected(fd: number, remote: string): boolean {
  try {
    const own = socketName(fd)
    return endpointText({ address: own.address, port: own.port }) === remote
  } catch {
    return false
  }
}
