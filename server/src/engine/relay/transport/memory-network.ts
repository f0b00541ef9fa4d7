import type { NumericEndpoint } from "../messages.ts"
import { MemoryLine } from "./memory-line.ts"
import { endpointText } from "./tcp-socket.ts"

/** One end of a connection in memory. The other end is `other`. */
export class MemoryConnection {
  readonly in: MemoryLine
  readonly out: MemoryLine
  /** Where the other end is. */
  readonly remote: NumericEndpoint
  /** By either end. */
  isClosed = false
  #other: MemoryConnection | undefined
  /** Its owner has something to look at. */
  wake: () => void = () => {}

  private constructor(incoming: MemoryLine, outgoing: MemoryLine, remote: NumericEndpoint) {
    this.in = incoming
    this.out = outgoing
    this.remote = remote
  }

  static pair(caller: NumericEndpoint, listener: NumericEndpoint): [MemoryConnection, MemoryConnection] {
    const [there, back] = [new MemoryLine(), new MemoryLine()]
    const callers = new MemoryConnection(back, there, listener)
    const listeners = new MemoryConnection(there, back, caller)
    callers.#other = listeners
    listeners.#other = callers
    return [callers, listeners]
  }

  wakeOther(): void {
    this.#other?.wake()
  }

  close(): void {
    this.isClosed = true
    if (this.#other !== undefined) this.#other.isClosed = true
    this.wakeOther()
  }
}

const firstPort = 32_768

/** What transports in memory have for an internet: who listens where. */
export class MemoryNetwork {
  readonly #listeners = new Map<string, (connection: MemoryConnection) => void>()
  #port = firstPort

  /** `called` is given the listener's end of each connection. False when somebody listens there already. */
  listen(local: NumericEndpoint, called: (connection: MemoryConnection) => void): boolean {
    if (this.#listeners.has(endpointText(local))) return false
    this.#listeners.set(endpointText(local), called)
    return true
  }

  unlisten(local: NumericEndpoint): void {
    this.#listeners.delete(endpointText(local))
  }

  /** The caller's end of a new connection; undefined when nobody listens there. */
  call(from: string, remote: NumericEndpoint): MemoryConnection | undefined {
    const called = this.#listeners.get(endpointText(remote))
    if (called === undefined) return undefined
    const [own, theirs] = MemoryConnection.pair({ address: from, port: this.#port++ }, remote)
    called(theirs)
    return own
  }
}
