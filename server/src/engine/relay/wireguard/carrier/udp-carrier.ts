import { errno, SyscallError, socketName } from "@tundeck/native-bindings"
import type { NumericEndpoint, SocketWishes } from "../../messages.ts"
import { listenReason } from "../../reasons.ts"
import type { OpenDatagramSocket } from "../../transport/datagram-transport.ts"
import { endpointText, familyOf } from "../../transport/tcp-socket.ts"
import type { CarrierEvents, CarrierSide } from "./carrier-side.ts"
import { DatagramOutlet } from "./datagram-outlet.ts"
import { EndpointTable } from "./endpoint-table.ts"
import { SharedSpeakers } from "./shared-speakers.ts"

const retryMs = 2_000
const never = Number.POSITIVE_INFINITY

/** One UDP socket for all peers, of both families where it may be. */
export class UdpCarrier implements CarrierSide {
  readonly #local: NumericEndpoint
  readonly #wishes: SocketWishes
  readonly #open: OpenDatagramSocket
  readonly #events: CarrierEvents
  readonly #speakers: SharedSpeakers
  #outlet: DatagramOutlet | undefined
  #family: 4 | 6 = 6
  #retryAt = never

  /** `local` null: any port. */
  constructor(
    local: NumericEndpoint | null,
    places: number,
    wishes: SocketWishes,
    open: OpenDatagramSocket,
    events: CarrierEvents,
  ) {
    const { sourceAddress, ...others } = wishes
    this.#local = { address: sourceAddress ?? local?.address ?? "::", port: local?.port ?? 0 }
    this.#wishes = others
    this.#open = open
    this.#events = events
    this.#speakers = new SharedSpeakers(new EndpointTable(places))
  }

  start(): void {
    try {
      this.#outlet = this.#openOutlet()
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error
      this.#events.failed("udp", listenReason(error, endpointText(this.#local)))
      this.#retryAt = this.#events.loop.now + retryMs
      return this.#events.wakeAt(this.#retryAt)
    }
    this.#events.opened("udp", socketName(this.#outlet.socket.fd).port)
  }

  stop(): void {
    this.#retryAt = never
    this.#outlet?.close()
    this.#outlet = undefined
  }

  call(place: number, [remote]: readonly NumericEndpoint[]): void {
    if (this.#outlet === undefined || remote === undefined) return
    if (this.#aim(this.#outlet, place, remote)) this.#events.reached(place, this.#outlet)
    else {
      const detail = `${endpointText(remote)} is of another address family than ${endpointText(this.#local)}, where this tunnel is bound.`
      this.#events.unreached(place, { code: "peer-unreachable", detail })
    }
  }

  hangUp(place: number): void {
    this.#speakers.table.forget(place)
    this.#outlet?.forget(place)
  }

  /** A handshake for the peer goes there once, wherever it is. */
  say(place: number, [remote]: readonly NumericEndpoint[], message: Uint8Array): void {
    if (this.#outlet === undefined || remote === undefined) return
    if (this.#aim(this.#outlet, place, remote)) this.#outlet.say(message, place)
  }

  /** Messages up to this length fit the path; null: not known. */
  setLongest(longest: number | null): void {
    if (this.#outlet !== undefined && longest !== null) this.#outlet.socket.largestSegment = longest
  }

  setRemotes(): void {}

  setPlaces(places: number, kept: readonly number[]): void {
    kept.forEach((place, before) => {
      if (place !== before) this.#outlet?.forget(before)
    })
    this.#speakers.table = new EndpointTable(places, this.#speakers.table, kept)
    if (this.#outlet !== undefined) this.#outlet.socket.peers = this.#speakers.table
  }

  alarm(now: number): number {
    if (now >= this.#retryAt) {
      this.#retryAt = never
      this.start()
    }
    return this.#retryAt
  }

  /** False for an address of another family than the socket's. */
  #aim({ socket }: DatagramOutlet, place: number, remote: NumericEndpoint): boolean {
    const isDual = this.#local.address === "::"
    socket.forget(place)
    return this.#speakers.table.set(place, remote, this.#family, isDual)
  }

  /** A host without IPv6 has no sockets of it. */
  #openOutlet(): DatagramOutlet {
    const { address, port } = this.#local
    this.#family = familyOf(address)
    try {
      return this.#openAt(this.#local)
    } catch (error) {
      if (!(error instanceof SyscallError) || error.errno !== errno.EAFNOSUPPORT || address !== "::") throw error
      this.#family = 4
      return this.#openAt({ address: "0.0.0.0", port })
    }
  }

  #openAt(local: NumericEndpoint): DatagramOutlet {
    const options = { local, wishes: this.#wishes, onStranger: () => {} }
    const socket = this.#open(options, this.#events.memory, this.#speakers.table)
    return new DatagramOutlet("udp", socket, this.#speakers, this.#events)
  }
}
