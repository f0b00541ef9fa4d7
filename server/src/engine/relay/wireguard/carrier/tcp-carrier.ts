import { closeSocket } from "@tundeck/native-bindings"
import type { TunnelReason } from "@tundeck/shared"
import { parseEndpoint } from "@tundeck/shared"
import type { NumericEndpoint, SocketWishes } from "../../messages.ts"
import { Dialer } from "../../transport/dialer.ts"
import { Listener } from "../../transport/listener.ts"
import type { CarrierEvents, CarrierSide } from "./carrier-side.ts"
import { StreamOutlet } from "./stream-outlet.ts"

/** Streams over which nobody has said anything authentic yet. The oldest goes when one more comes. */
const mostUnknown = 64
const unknownForMs = 10_000
/** A connection that stood so long was a good one: after its loss the back-off begins anew. */
const stableMs = 1_000
const never = Number.POSITIVE_INFINITY

interface Call {
  dialer: Dialer
  outlet: StreamOutlet | undefined
  stableAt: number
}

/** Streams of messages, called or awaited. A stream that came in is nobody's until a peer has proved itself over it. */
export class TcpCarrier implements CarrierSide {
  readonly #wishes: SocketWishes
  readonly #events: CarrierEvents
  readonly #listener: Listener | undefined
  readonly #calls = new Map<number, Call>()
  /** In the order in which they came, each with when it must have an owner. */
  readonly #unknown = new Map<StreamOutlet, number>()
  /** By place: those that came in and have an owner. */
  readonly #owned = new Map<number, StreamOutlet>()

  /** `local` null: it only calls. */
  constructor(local: NumericEndpoint | null, wishes: SocketWishes, events: CarrierEvents) {
    this.#wishes = wishes
    this.#events = events
    if (local === null) return
    this.#listener = new Listener(local, wishes, events.loop, {
      listening: () => events.opened("tcp", local.port),
      failed: (reason) => events.failed("tcp", reason),
      called: (fd, remote) => this.#called(fd, remote),
      wakeAt: events.wakeAt,
    })
  }

  start(): void {
    if (this.#listener === undefined) this.#events.opened("tcp", null)
    else this.#listener.start()
  }

  stop(): void {
    this.#listener?.stop()
    for (const place of [...this.#calls.keys()]) this.hangUp(place)
    for (const outlet of [...this.#unknown.keys(), ...this.#owned.values()]) outlet.close()
    this.#unknown.clear()
    this.#owned.clear()
  }

  call(place: number, remotes: readonly NumericEndpoint[], named: boolean): void {
    this.hangUp(place)
    const { loop, unreached, resolve, wakeAt } = this.#events
    const dialer = new Dialer({ remotes, named }, this.#wishes, loop, {
      connected: (fd, remote) => this.#connected(place, fd, remote),
      failed: (reason) => unreached(place, reason),
      calling: () => {},
      resolve: () => resolve(place),
      wakeAt,
    })
    this.#calls.set(place, { dialer, outlet: undefined, stableAt: never })
    dialer.start()
  }

  hangUp(place: number): void {
    const call = this.#calls.get(place)
    if (call === undefined) return
    this.#calls.delete(place)
    call.dialer.stop()
    call.outlet?.close()
    if (call.outlet !== undefined) this.#events.closed(call.outlet)
  }

  isCalled(place: number): boolean {
    return this.#calls.has(place)
  }

  /** The stream to a peer that was called, while there is one. */
  called(place: number): StreamOutlet | undefined {
    return this.#calls.get(place)?.outlet
  }

  setRemotes(place: number, remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void {
    this.#calls.get(place)?.dialer.setRemotes(remotes, reason)
  }

  setPlaces(_places: number, kept: readonly number[]): void {
    kept.forEach((place, before) => {
      if (place === before) return
      this.hangUp(before)
      this.#endOwned(before)
    })
  }

  /** The peer in this place has proved itself over the stream. Its older one ends. */
  own(outlet: StreamOutlet, place: number): void {
    this.#unknown.delete(outlet)
    if (this.#calls.get(outlet.place)?.outlet === outlet) return
    if (this.#owned.get(place) !== outlet) this.#endOwned(place)
    this.#owned.set(place, outlet)
  }

  lost(outlet: StreamOutlet): void {
    this.#unknown.delete(outlet)
    if (this.#owned.get(outlet.place) === outlet) this.#owned.delete(outlet.place)
    const call = this.#calls.get(outlet.place)
    if (call?.outlet !== outlet) return
    call.outlet = undefined
    call.stableAt = never
    call.dialer.again()
  }

  alarm(now: number): number {
    let next = this.#listener?.alarm(now) ?? never
    for (const [outlet, by] of this.#unknown) {
      if (now >= by) this.#turnAway(outlet)
      else next = Math.min(next, by)
    }
    for (const call of this.#calls.values()) {
      if (now >= call.stableAt) {
        call.stableAt = never
        call.dialer.forgive()
      }
      next = Math.min(next, call.dialer.alarm(now), call.stableAt)
    }
    return Math.min(next, this.#endHalfFrames(now))
  }

  #endOwned(place: number): void {
    const outlet = this.#owned.get(place)
    this.#owned.delete(place)
    outlet?.close()
    if (outlet !== undefined) this.#events.closed(outlet)
  }

  #endHalfFrames(now: number): number {
    let next = never
    const called = [...this.#calls.values()].flatMap(({ outlet }) => outlet ?? [])
    for (const outlet of [...this.#unknown.keys(), ...this.#owned.values(), ...called]) {
      if (now >= outlet.halfFrameBy) outlet.endHalfFrame()
      else next = Math.min(next, outlet.halfFrameBy)
    }
    return next
  }

  #connected(place: number, fd: number, text: string): void {
    const call = this.#calls.get(place)
    const remote = parseEndpoint(text)
    if (call === undefined || remote === undefined) return closeSocket(fd)
    const outlet = new StreamOutlet(fd, { address: remote.host, port: remote.port }, place, this.#events)
    call.outlet = outlet
    call.stableAt = this.#events.loop.now + stableMs
    this.#events.wakeAt(call.stableAt)
    this.#events.reached(place, outlet)
  }

  #called(fd: number, remote: NumericEndpoint): void {
    const [oldest] = this.#unknown.keys()
    if (oldest !== undefined && this.#unknown.size >= mostUnknown) this.#turnAway(oldest)
    const outlet = new StreamOutlet(fd, remote, -1, this.#events)
    const by = this.#events.loop.now + unknownForMs
    this.#unknown.set(outlet, by)
    this.#events.wakeAt(by)
  }

  #turnAway(outlet: StreamOutlet): void {
    this.#unknown.delete(outlet)
    outlet.close()
  }
}
