import { createEventfd, sys } from "@tundeck/native-bindings"
import { createPacketRing, type TunnelReason, type TunnelState } from "@tundeck/shared"
import { Batch } from "../../batch.ts"
import { CounterWriter, createCounters, readCounters } from "../../counters.ts"
import type { MemoryPacket } from "../../device/memory-device.ts"
import { EpollLoop } from "../../epoll-loop.ts"
import { RelayMemory } from "../../memory.ts"
import type { Carrier, ClearTransport, RelayPeers } from "../../messages.ts"
import type { Transport, TransportOwner } from "../../ports.ts"
import { memorySize, region } from "../../regions.ts"
import { Traffic } from "../../traffic.ts"
import type { TransportParts } from "../transport-parts.ts"

/** What a transport told its owner. */
export type Told =
  | { type: "state"; state: TunnelState; reason: TunnelReason | null }
  | { type: "peer"; peer: number; remote: string | null; carrier?: Carrier }
  | { type: "blocked"; on: boolean }
  | { type: "resolve"; peer?: number }
  | { type: "listening"; port: number }
  | { type: "stranger"; address: string }
  | { type: "fallback"; reason: TunnelReason | null }
  | { type: "path" }

export interface Received extends Required<MemoryPacket> {
  peer: number
}

export interface Outgoing extends MemoryPacket {
  peer?: number
}

/** While it is shut, the socket of a datagram transport takes nothing. A stream is shut by not stepping its other end. */
export interface Gate {
  isShut: boolean
}

export type OpenTransport = (
  transport: ClearTransport,
  peers: RelayPeers,
  parts: TransportParts,
  gate: Gate,
) => Transport

/** A transport with a worker of its own around it, which is stepped by hand, and an owner that writes down what it is told. */
export class TransportEnd {
  readonly memory = new RelayMemory(memorySize, true)
  readonly transport: Transport
  readonly told: Told[] = []
  readonly received: Received[] = []
  readonly gate: Gate = { isShut: false }
  /** Of the packets that the interface takes. */
  largestPacket = 65_535
  readonly loop: EpollLoop
  readonly #wakeFd = createEventfd()
  readonly #batch = new Batch(2048)
  readonly #counters: SharedArrayBuffer
  readonly #traffic: Traffic
  /** Of each outbound packet, when it had its verdict or was encrypted: whether it was marked. */
  readonly marks: boolean[] = []

  /** `clock` tells monotonic ms. */
  constructor(open: OpenTransport, transport: ClearTransport, peers: RelayPeers, clock: () => number) {
    this.loop = new EpollLoop(this.#wakeFd, () => {}, clock)
    this.#counters = createCounters(transport.isHub)
    this.#traffic = new Traffic(new CounterWriter(this.#counters), createPacketRing(128))
    const traffic = this.#noting(this.#traffic)
    const inbound = new Batch(512)
    const { loop, memory } = this
    this.transport = open(transport, peers, { loop, memory, traffic, inbound, owner: this.#owner() }, this.gate)
  }

  #noting(traffic: Traffic): Traffic {
    const { passed, passedTrain, dropped } = traffic
    const note = (direction: 0 | 1) => {
      if (direction === 0) this.marks.push(traffic.marked === 0)
    }
    traffic.passed = (...told) => {
      note(told[0])
      passed.apply(traffic, told)
    }
    traffic.passedTrain = (...told) => {
      note(told[0])
      passedTrain.apply(traffic, told)
    }
    traffic.dropped = (...told) => {
      note(told[0])
      dropped.apply(traffic, told)
    }
    const { foresee, unforesee } = traffic
    traffic.foresee = (...told) => {
      note(0)
      return foresee.apply(traffic, told)
    }
    traffic.unforesee = (...told) => {
      this.marks.pop()
      unforesee.apply(traffic, told)
    }
    return traffic
  }

  /** As `send`, of packets that a person made up. */
  inject(packets: readonly Outgoing[]): void {
    this.#traffic.marked = 0
    this.send(packets)
    this.#traffic.marked = -1
  }

  #owner(): TransportOwner {
    const told = (what: Told) => void this.told.push(what)
    const largestPacket = () => this.largestPacket
    return {
      get largestPacket() {
        return largestPacket()
      },
      received: (batch) => this.#take(batch),
      blocked: (on) => told({ type: "blocked", on }),
      peerChanged: (peer, remote, carrier) => told({ type: "peer", peer, remote, ...(carrier && { carrier }) }),
      state: (state, reason) => told({ type: "state", state, reason }),
      pathChanged: () => told({ type: "path" }),
      resolve: (peer) => told({ type: "resolve", ...(peer !== undefined && { peer }) }),
      listening: (port) => told({ type: "listening", port }),
      stranger: (address) => told({ type: "stranger", address }),
      fallbackChanged: (reason) => told({ type: "fallback", reason }),
      wakeAt: (when) => this.loop.wakeAt(when),
    }
  }

  #take(batch: Batch): void {
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      this.received.push({
        bytes: this.memory.bytes.slice(at, at + (batch.length[i] ?? 0)),
        peer: batch.peer[i] ?? 0,
        gsoType: batch.gsoType[i] ?? 0,
        gsoSize: batch.gsoSize[i] ?? 0,
        checksumStart: batch.checksumStart[i] ?? 0,
        checksumOffset: batch.checksumOffset[i] ?? 0,
      })
    }
  }

  step(longestMs = 0): void {
    this.loop.step(() => {
      const next = this.transport.alarm(this.loop.now)
      if (next <= this.loop.now) throw new Error(`an alarm at ${this.loop.now} that is due again at ${next}`)
      this.loop.wakeAt(next)
    }, longestMs)
  }

  /** Sends them in one batch, or in as many as it takes; `gap` bytes lie between them. */
  send(packets: readonly Outgoing[], gap = 0): void {
    const batch = this.#batch
    const { headroom } = this.transport
    let at: number = region.outbound.at
    batch.clear()
    for (const packet of packets) {
      const end = at + gap + headroom + packet.bytes.length
      if (batch.isFull || end > region.outbound.at + region.outbound.size) {
        this.transport.send(batch)
        batch.clear()
        at = region.outbound.at
      }
      const start = at + gap + headroom
      this.memory.bytes.set(packet.bytes, start)
      const i = batch.add(start, packet.bytes.length, packet.peer ?? 0)
      batch.gsoType[i] = packet.gsoType ?? 0
      batch.gsoSize[i] = packet.gsoSize ?? 0
      batch.checksumStart[i] = packet.checksumStart ?? 0
      batch.checksumOffset[i] = packet.checksumOffset ?? 0
      at = start + packet.bytes.length
    }
    if (batch.count > 0) this.transport.send(batch)
  }

  get stats() {
    return readCounters(this.#counters)
  }

  /** The verdicts of what was sent. */
  get verdicts(): { sent: number; dropped: number; reasons: string[] } {
    const { outbound, drops } = this.stats
    const reasons = drops.flatMap(({ direction, reason }) => (direction === "outbound" ? [reason] : []))
    return { sent: outbound.packets, dropped: outbound.dropped, reasons }
  }

  /** The states that it was in, one after the other. */
  get states(): TunnelState[] {
    const states = this.told.flatMap((what) => (what.type === "state" ? [what.state] : []))
    return states.filter((state, i) => state !== states[i - 1])
  }

  get lastReason(): TunnelReason | null {
    return this.told.findLast((what) => what.type === "state")?.reason ?? null
  }

  get isBlocked(): boolean {
    return this.told.findLast((what) => what.type === "blocked")?.on ?? false
  }

  /** Is peer `place` connected? */
  isUp(place = 0): boolean {
    const last = this.told.findLast((what) => what.type === "peer" && what.peer === place)
    return last?.type === "peer" && last.remote !== null
  }

  count(type: Told["type"]): number {
    return this.told.filter((what) => what.type === type).length
  }

  close(): void {
    this.transport.stop()
    this.loop.close()
    this.memory.release()
    sys.close(this.#wakeFd)
  }
}
