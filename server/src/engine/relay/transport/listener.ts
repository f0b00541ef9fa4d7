import { closeSocket, epoll } from "@tundeck/native-bindings"
import type { TunnelReason } from "@tundeck/shared"
import type { EpollLoop, Source } from "../epoll-loop.ts"
import type { NumericEndpoint, SocketWishes } from "../messages.ts"
import { listenReason } from "../reasons.ts"
import { acceptConnection, endpointText, openListener } from "./tcp-socket.ts"

export interface ListenerEvents {
  listening(): void
  /** It cannot be had, and is tried again. */
  failed(reason: TunnelReason): void
  /** The fd is the receiver's. */
  called(fd: number, remote: NumericEndpoint): void
  wakeAt(when: number): void
}

const retryMs = 2_000
const callsAtOnce = 64
const never = Number.POSITIVE_INFINITY

/** A listening TCP socket that comes back when it could not be had. */
export class Listener {
  readonly #local: NumericEndpoint
  readonly #wishes: SocketWishes
  readonly #loop: EpollLoop
  readonly #events: ListenerEvents
  readonly #source: Source = { ready: () => this.#accept() }
  #socket: { fd: number; slot: number } | undefined
  #retryAt = never

  constructor(local: NumericEndpoint, wishes: SocketWishes, loop: EpollLoop, events: ListenerEvents) {
    this.#local = local
    this.#wishes = wishes
    this.#loop = loop
    this.#events = events
  }

  get isListening(): boolean {
    return this.#socket !== undefined
  }

  start(): void {
    try {
      const fd = openListener(this.#local, this.#wishes)
      this.#socket = { fd, slot: this.#loop.add(fd, epoll.in, this.#source) }
      this.#events.listening()
    } catch (error) {
      this.#events.failed(listenReason(error, endpointText(this.#local)))
      this.#retryAt = this.#loop.now + retryMs
      this.#events.wakeAt(this.#retryAt)
    }
  }

  stop(): void {
    this.#retryAt = never
    if (this.#socket === undefined) return
    this.#loop.remove(this.#socket.fd, this.#socket.slot)
    closeSocket(this.#socket.fd)
    this.#socket = undefined
  }

  alarm(now: number): number {
    if (now >= this.#retryAt) {
      this.#retryAt = never
      this.start()
    }
    return this.#retryAt
  }

  #accept(): void {
    for (let calls = 0; calls < callsAtOnce && this.#socket !== undefined; calls++) {
      const caller = acceptConnection(this.#socket.fd)
      if (caller === undefined) return
      this.#events.called(caller.fd, caller.remote)
    }
  }
}
