import { setImmediate } from "node:timers/promises"
import type { ClearEnds, ClearTransport, NumericEndpoint, RelayPeer, RelayPeers } from "../../messages.ts"
import { ownPort } from "../../testing/own-ports.ts"
import { TestClock } from "../../testing/test-clock.ts"
import { type OpenTransport, TransportEnd } from "./transport-end.ts"

/** A kind of transport under test, and where on this host. */
export interface TransportSubject {
  open: OpenTransport
  kind: ClearTransport["kind"]
  framing: ClearTransport["framing"]
  /** Where listeners listen. */
  address: string
  /** Addresses of this host from which peers may call; a hub's tests want three. */
  callers: readonly string[]
  /** Nothing is lost, and that the other end is gone is noticed at once. */
  isStream: boolean
  /** A packet of so many bytes arrives for certain. */
  longest: number
  /** It encrypts packets where they lie, so that they must be IP packets, and keeps them while there are no keys. */
  seals?: boolean
}

export interface ListenOptions {
  peers?: RelayPeers
  isHub?: boolean
  address?: string
}

export interface CallOptions {
  from?: string
  remotes?: NumericEndpoint[]
  named?: boolean
}

/** Ends of transports in one process, stepped in turn. Time may pass faster than it does. */
export class TransportLab {
  readonly subject: TransportSubject
  readonly port: number
  readonly #ends: TransportEnd[] = []
  readonly #clock = new TestClock()

  constructor(subject: TransportSubject, port: number) {
    this.subject = subject
    this.port = port
  }

  static create(subject: TransportSubject): TransportLab {
    return new TransportLab(subject, ownPort())
  }

  get local(): NumericEndpoint {
    return { address: this.subject.address, port: this.port }
  }

  /** One that waits; unless told, for the first caller. */
  listen({ peers = [this.peer(0)], isHub = false, address = this.subject.address }: ListenOptions = {}): TransportEnd {
    return this.#open({ role: "listen", local: { address, port: this.port } }, peers, isHub, {})
  }

  /** One that calls; unless told, the listener, from the first caller's address. */
  call({ from = this.caller(0), remotes = [this.local], named = false }: CallOptions = {}): TransportEnd {
    const nobody = { address: "", allowed: null, enabled: true }
    return this.#open({ role: "connect", remotes, named }, [nobody], false, { sourceAddress: from })
  }

  caller(i: number): string {
    const caller = this.subject.callers[i]
    if (caller === undefined) throw new Error(`there is no caller ${i}`)
    return caller
  }

  peer(i: number, enabled = true): RelayPeer {
    return { address: this.caller(i), allowed: null, enabled }
  }

  /** Listener and caller, both up. */
  async pair(): Promise<{ listener: TransportEnd; caller: TransportEnd }> {
    const listener = this.listen()
    listener.transport.start()
    const caller = this.call()
    caller.transport.start()
    await this.until("both to be up", () => listener.isUp() && caller.isUp())
    return { listener, caller }
  }

  #open(ends: ClearEnds, peers: RelayPeers, isHub: boolean, socket: ClearTransport["socket"]): TransportEnd {
    const { open, kind, framing } = this.subject
    const transport: ClearTransport = { kind, framing, ends, socket, clampMss: false, isHub, fallback: false }
    const end = new TransportEnd(open, transport, peers, this.#clock.read)
    this.#ends.push(end)
    return end
  }

  /** Time passes for the ends, a second at a time. */
  async pass(milliseconds: number, ends: readonly TransportEnd[] = this.#ends): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 1000) {
      this.#clock.pass(Math.min(left, 1000))
      for (const end of ends) end.loop.wakeAt(0)
      await this.turns(3, ends)
    }
  }

  async turns(count: number, ends: readonly TransportEnd[] = this.#ends): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (const end of ends) end.step()
      // Node's own sockets, where a test has some.
      await setImmediate()
    }
  }

  /** Steps the ends until it is so. */
  async until(what: string, isSo: () => boolean, ends: readonly TransportEnd[] = this.#ends): Promise<void> {
    for (const end = performance.now() + 10_000; !isSo(); ) {
      if (performance.now() > end) throw new Error(`waited 10 s for ${what}`)
      for (const one of ends) one.step(1)
      await setImmediate()
    }
  }

  close(): void {
    for (const end of this.#ends) end.close()
  }
}
