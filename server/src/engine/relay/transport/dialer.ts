import { closeSocket, epoll, SyscallError, socketName, sys } from "@tundeck/native-bindings"
import type { TunnelReason } from "@tundeck/shared"
import type { EpollLoop, Source } from "../epoll-loop.ts"
import type { NumericEndpoint, SocketWishes } from "../messages.ts"
import { connectReason, unknownName } from "../reasons.ts"
import { reconnectDelay } from "../reconnect-delay.ts"
import { endpointText, openConnection } from "./tcp-socket.ts"

export interface DialerEvents {
  connected(fd: number, remote: string): void
  /** It goes on trying. */
  failed(reason: TunnelReason): void
  /** The first attempt is under way. */
  calling(): void
  /** Fresh addresses are wanted: answer with `setRemotes`. */
  resolve(): void
  wakeAt(when: number): void
}

const connectTimeoutMs = 10_000
const resolveTimeoutMs = 15_000
const never = Number.POSITIVE_INFINITY

/** Calls a peer by TCP until it answers, with back-off, each time at the next of its addresses. */
export class Dialer {
  readonly #named: boolean
  readonly #wishes: SocketWishes
  readonly #loop: EpollLoop
  readonly #events: DialerEvents
  readonly #source: Source = { ready: () => this.#ended() }
  #remotes: readonly NumericEndpoint[]
  #attempt: { fd: number; slot: number; remote: string; by: number } | undefined
  #tries = 0
  #retryAt = never
  #resolveBy = never
  #hasCalled = false

  constructor(
    ends: { remotes: readonly NumericEndpoint[]; named: boolean },
    wishes: SocketWishes,
    loop: EpollLoop,
    events: DialerEvents,
  ) {
    this.#remotes = ends.remotes
    this.#named = ends.named
    this.#wishes = wishes
    this.#loop = loop
    this.#events = events
  }

  start(): void {
    if (this.#remotes.length === 0) this.#resolve()
    else this.#connect()
  }

  stop(): void {
    this.#close()
    this.#retryAt = this.#resolveBy = never
  }

  /** The connection ended: call again, after a while. */
  again(): void {
    this.#retryAt = this.#loop.now + reconnectDelay(this.#tries, Math.random())
    this.#tries += 1
    this.#events.wakeAt(this.#retryAt)
  }

  /** The last connection was a good one: the back-off begins anew. */
  forgive(): void {
    this.#tries = 0
  }

  /** The answer to `resolve`. Without addresses, and without a `reason` against those of before, these are tried again. */
  setRemotes(remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    if (this.#resolveBy === never) return
    this.#resolveBy = never
    if (remotes.length > 0) this.#remotes = remotes
    if (reason === null && this.#remotes.length > 0) return this.#connect()
    this.#fail(reason ?? unknownName)
  }

  alarm(now: number): number {
    if (this.#attempt !== undefined && now >= this.#attempt.by) {
      this.#fail(connectReason(etimedout, this.#attempt.remote))
    }
    if (now >= this.#resolveBy) this.setRemotes([], null)
    if (now >= this.#retryAt) {
      this.#retryAt = never
      if (this.#named) this.#resolve()
      else this.#connect()
    }
    return Math.min(this.#retryAt, this.#resolveBy, this.#attempt?.by ?? never)
  }

  #resolve(): void {
    this.#resolveBy = this.#loop.now + resolveTimeoutMs
    this.#events.wakeAt(this.#resolveBy)
    this.#events.resolve()
  }

  #connect(): void {
    const remote = this.#remotes[this.#tries % this.#remotes.length]
    if (remote === undefined) return
    const text = endpointText(remote)
    try {
      const { fd, errno } = openConnection(remote, this.#wishes)
      const by = this.#loop.now + connectTimeoutMs
      // Also an attempt that failed at once ends by its event: EPOLLERR and EPOLLHUP are always told.
      this.#attempt = { fd, slot: this.#loop.add(fd, epoll.out, this.#source), remote: text, by }
      this.#events.wakeAt(by)
      if (errno === 0) this.#ended()
      else if (errno !== einprogress) this.#fail(connectReason(errno, text))
      else if (!this.#hasCalled) this.#events.calling()
      this.#hasCalled = true
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      this.#fail(connectReason(error.errno, text))
    }
  }

  #ended(): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    const errno = sys.getSocketError(attempt.fd)
    if (errno !== 0) return this.#fail(connectReason(Math.abs(errno), attempt.remote))
    if (isSelfConnected(attempt.fd, attempt.remote)) return this.#fail(connectReason(econnrefused, attempt.remote))
    this.#attempt = undefined
    this.#loop.remove(attempt.fd, attempt.slot)
    this.#events.connected(attempt.fd, attempt.remote)
  }

  #fail(reason: TunnelReason): void {
    this.#close()
    this.#events.failed(reason)
    this.again()
  }

  #close(): void {
    if (this.#attempt === undefined) return
    this.#loop.remove(this.#attempt.fd, this.#attempt.slot)
    closeSocket(this.#attempt.fd)
    this.#attempt = undefined
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
