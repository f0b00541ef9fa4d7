import { dropNumber, type TunnelReason } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import { keptPlaces } from "../hub/kept-places.ts"
import type { RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import type { FaultInjector } from "./fault-injector.ts"

const connectionLost = dropNumber("connection-lost")

/**
 * A transport with a fault injector before it, which passes on to `transport.send`. It takes no trains: faults befall
 * packets. Where no faults are set, use the bare transport.
 */
export class FaultyTransport implements Transport {
  readonly #transport: Transport
  readonly #faults: FaultInjector
  readonly #clock: () => number
  #peers: RelayPeers
  readonly takesTrains = false

  /** `clock` tells the monotonic ms of this wake-up. */
  constructor(transport: Transport, faults: FaultInjector, peers: RelayPeers, clock: () => number) {
    this.#transport = transport
    this.#faults = faults
    this.#peers = peers
    this.#clock = clock
  }

  get headroom(): number {
    return this.#transport.headroom
  }

  get largestPacket(): number {
    return this.#transport.largestPacket
  }

  get tooLongReason(): number {
    return this.#transport.tooLongReason
  }

  get pathPacket(): number | null {
    return this.#transport.pathPacket
  }

  start(): void {
    this.#transport.start()
  }

  stop(): void {
    this.#faults.close(connectionLost)
    this.#transport.stop()
  }

  send(batch: Batch): void {
    this.#faults.take(batch, this.#clock())
  }

  setRemotes(remotes: readonly { address: string; port: number }[], reason: TunnelReason | null, peer?: number): void {
    this.#transport.setRemotes(remotes, reason, peer)
  }

  setPeers(peers: RelayPeers): void {
    this.#faults.renumber(keptPlaces(this.#peers, peers))
    this.#peers = peers
    this.#transport.setPeers(peers)
  }

  alarm(now: number): number {
    const due = this.#faults.alarm(now)
    return Math.min(due, this.#transport.alarm(now))
  }
}
