import { dropNumber, type FaultSettings, isFaulty } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { EpollLoop } from "../epoll-loop.ts"
import type { RelayMemory } from "../memory.ts"
import type { RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { region } from "../regions.ts"
import type { Traffic } from "../traffic.ts"
import { FaultInjector } from "./fault-injector.ts"
import { FaultyTransport } from "./faulty-transport.ts"
import { InboundFaults } from "./inbound-faults.ts"

const faultInjected = dropNumber("fault-injected")
/** Room for the longest header that a transport writes, and for what one writes behind each packet. */
const headroom = 64
const tailroom = 64

export interface TunnelInjectorsOptions {
  loop: EpollLoop
  memory: RelayMemory
  traffic: Traffic
  isEthernet: boolean
  /** Something is held back until `when`: call `alarm`, and that of `before`. */
  wakeAt(when: number): void
  /** Where the packets of each direction go on. */
  passOutbound: (batch: Batch) => void
  passInbound: (batch: Batch) => void
}

/** The fault injectors of a tunnel: one for each direction that has faults, nothing in the way of one that has none. */
export class TunnelInjectors {
  readonly #options: TunnelInjectorsOptions
  #mtu: number
  #outbound: FaultInjector | undefined
  #inbound: InboundFaults | undefined

  constructor(mtu: number, options: TunnelInjectorsOptions) {
    this.#mtu = mtu
    this.#options = options
  }

  /** Afterwards the road needs another `before`. */
  setOutbound(settings: FaultSettings | undefined): void {
    if (settings !== undefined && isFaulty(settings)) {
      this.#outbound ??= this.#inject(0, region.outboundFaults, settings, this.#options.passOutbound)
      this.#outbound.set(settings, this.#options.loop.now)
      return
    }
    this.#outbound?.finish()
    this.#outbound = undefined
  }

  setInbound(settings: FaultSettings | undefined): void {
    if (settings !== undefined && isFaulty(settings)) {
      const { memory, traffic, isEthernet, passInbound } = this.#options
      this.#inbound ??= new InboundFaults(
        this.#inject(1, region.inboundFaults, settings, passInbound),
        memory,
        traffic,
        isEthernet,
      )
      this.#inbound.mtu = this.#mtu
      this.#inbound.injector.set(settings, this.#options.loop.now)
      return
    }
    this.#inbound?.injector.finish()
    this.#inbound = undefined
  }

  setMtu(mtu: number): void {
    this.#mtu = mtu
    if (this.#inbound !== undefined) this.#inbound.mtu = mtu
  }

  /** The transport as the road uses it: with the outbound faults before it. */
  before(transport: Transport, peers: RelayPeers): Transport {
    if (this.#outbound === undefined) return transport
    return new FaultyTransport(transport, this.#outbound, peers, () => this.#options.loop.now)
  }

  /** Hot. What came from the wire. */
  take(batch: Batch): void {
    if (this.#inbound === undefined) this.#options.passInbound(batch)
    else this.#inbound.take(batch, this.#options.loop.now)
  }

  /** What is held back of a peer that is gone must not become another's. */
  renumber(kept: readonly number[]): void {
    this.#outbound?.renumber(kept)
    this.#inbound?.injector.renumber(kept)
  }

  /** Passes on what is due inbound (outbound is the alarm of `before`); answers when the next one is. */
  alarm(now: number): number {
    return this.#inbound?.injector.alarm(now) ?? Number.POSITIVE_INFINITY
  }

  /** What waits inbound is dropped; outbound is dropped by the stop of `before`. */
  stop(): void {
    this.#inbound?.injector.close(faultInjected)
  }

  #inject(
    direction: 0 | 1,
    region: { at: number; size: number },
    settings: FaultSettings,
    pass: (batch: Batch) => void,
  ): FaultInjector {
    const { memory, traffic, wakeAt } = this.#options
    const random = Math.random
    const scratch = { at: region.at, size: region.size - tailroom }
    return new FaultInjector({ memory, scratch, headroom, direction, settings, random, traffic, pass, wakeAt })
  }
}
