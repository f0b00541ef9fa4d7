import { parseIpAddress, SyscallError } from "@tundeck/native-bindings"
import type { NumericEndpoint, SocketWishes } from "../../messages.ts"
import { connectReason, listenReason } from "../../reasons.ts"
import type { OpenDatagramSocket } from "../../transport/datagram-transport.ts"
import { endpointText } from "../../transport/tcp-socket.ts"
import type { CarrierEvents, CarrierSide } from "./carrier-side.ts"
import { DatagramOutlet, type Speakers } from "./datagram-outlet.ts"
import { EndpointTable } from "./endpoint-table.ts"
import { SharedSpeakers } from "./shared-speakers.ts"

const retryMs = 2_000
const never = Number.POSITIVE_INFINITY
/** Numbers of callers' sockets for the session: no other source has one of them. */
let lastId = 0x3000_0000

/** One socket where this host waits, and one for each peer that it calls. */
export class IcmpCarrier implements CarrierSide {
  readonly #local: NumericEndpoint | null
  readonly #wishes: SocketWishes
  readonly #open: OpenDatagramSocket
  readonly #events: CarrierEvents
  readonly #speakers: SharedSpeakers
  readonly #callers = new Map<number, DatagramOutlet>()
  #listener: DatagramOutlet | undefined
  #retryAt = never

  /** `local` null: it only calls. */
  constructor(
    local: NumericEndpoint | null,
    places: number,
    wishes: SocketWishes,
    open: OpenDatagramSocket,
    events: CarrierEvents,
  ) {
    this.#local = local
    this.#wishes = wishes
    this.#open = open
    this.#events = events
    this.#speakers = new SharedSpeakers(new EndpointTable(places))
  }

  start(): void {
    const { memory, opened, failed, loop, wakeAt } = this.#events
    if (this.#local === null) return opened("icmp", null)
    try {
      const options = { local: this.#local, wishes: this.#wishes, onStranger: () => {} }
      const socket = this.#open(options, memory, this.#speakers.table)
      this.#listener = new DatagramOutlet("icmp", socket, this.#speakers, this.#events)
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      failed("icmp", listenReason(error, endpointText(this.#local)))
      this.#retryAt = loop.now + retryMs
      return wakeAt(this.#retryAt)
    }
    opened("icmp", this.#local.port)
  }

  stop(): void {
    this.#retryAt = never
    this.#listener?.close()
    this.#listener = undefined
    for (const place of this.#callers.keys()) this.hangUp(place)
  }

  call(place: number, [remote]: readonly NumericEndpoint[]): void {
    if (remote === undefined) return
    const before = this.#callers.get(place)
    const isSame = before !== undefined && endpointText(before.endpoint(place) ?? remote) === endpointText(remote)
    if (isSame) return this.#events.reached(place, before)
    this.hangUp(place)
    try {
      const speaker = new CalledSpeaker(remote)
      const options = { remote, wishes: this.#wishes, onStranger: () => {} }
      const socket = this.#open(options, this.#events.memory, this.#speakers.table)
      const outlet = new DatagramOutlet("icmp", socket, speaker, this.#events)
      this.#callers.set(place, outlet)
      this.#events.reached(place, outlet)
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      this.#events.unreached(place, connectReason(error.errno, endpointText(remote)))
    }
  }

  hangUp(place: number): void {
    const outlet = this.#callers.get(place)
    this.#callers.delete(place)
    outlet?.close()
    if (outlet !== undefined) this.#events.closed(outlet)
    this.#speakers.table.forget(place)
    this.#listener?.forget(place)
  }

  setRemotes(): void {}

  setPlaces(places: number, kept: readonly number[]): void {
    kept.forEach((place, before) => {
      if (place !== before) this.hangUp(before)
    })
    this.#speakers.table = new EndpointTable(places, this.#speakers.table, kept)
    if (this.#listener !== undefined) this.#listener.socket.peers = this.#speakers.table
  }

  alarm(now: number): number {
    if (now >= this.#retryAt) {
      this.#retryAt = never
      this.start()
    }
    return this.#retryAt
  }
}

/** The one whom a socket is connected to: whoever it is that speaks, it speaks from there. */
class CalledSpeaker implements Speakers {
  readonly #id = ++lastId
  readonly #remote: NumericEndpoint

  constructor(remote: NumericEndpoint) {
    this.#remote = remote
  }

  sourceId(): number {
    return this.#id
  }

  read(_number: number, address: Uint8Array): number {
    address.set(parseIpAddress(this.#remote.address) ?? [])
    return this.#remote.port
  }

  isAt(): boolean {
    return true
  }

  adopt(): void {}

  endpoint(): NumericEndpoint {
    return this.#remote
  }
}
