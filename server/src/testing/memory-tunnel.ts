import {
  type CountedRow,
  type Direction,
  type DropReason,
  dropNumber,
  type MacEntry,
  type PacketRecord,
  parsePrefix,
  type TunnelConfig,
  type TunnelPeerStatus,
  type TunnelStats,
  type TunnelStatus,
  type Watch,
} from "@tundeck/shared"
import { corrupted, fateOf } from "./memory-faults.ts"
import { MemoryPeers } from "./memory-peers.ts"
import { largestPacketOf, speedOf } from "./memory-transport.ts"
import { echoPacket, inFrame } from "./ping-packets.ts"

const keptPackets = 256
const flowPacketBytes = 1400

/** A tunnel whose other sides answer each ping, without a wire. Its faults are injected, its transport and peers change while it runs. */
export class MemoryTunnel {
  config: TunnelConfig
  readonly link: "ip" | "ethernet"
  watch: Watch = "off"
  /** The number of the last packet that was told of. */
  told = 0
  status: TunnelStatus
  readonly #source: string
  readonly #destination: string
  readonly #peers: MemoryPeers
  readonly #random: () => number
  #kept: PacketRecord[] = []
  #number = 0
  #sequence = 0
  /** Part of a ping that is not due yet. */
  #due = 0

  constructor(config: TunnelConfig, on: { kind: "tun" | "tap"; addresses: string[] }, random = Math.random) {
    this.config = config
    this.link = on.kind === "tun" ? "ip" : "ethernet"
    this.#random = random
    this.#peers = new MemoryPeers(config)
    const own = on.addresses.map(parsePrefix).find((prefix) => prefix?.family === 4)?.address ?? "10.77.0.1"
    this.#source = own
    this.#destination = own.endsWith(".2") ? own.replace(/2$/, "1") : own.replace(/\d+$/, "2")
    const none = { packets: 0, bytes: 0, dropped: 0 }
    this.status = {
      id: config.id,
      state: "connecting",
      reason: null,
      since: Date.now(),
      remote: null,
      peersConnected: 0,
      largestPacket: null,
      stats: { outbound: none, inbound: none, drops: [], reconnects: 0, roundTripMs: null },
    }
  }

  move(state: TunnelStatus["state"], reason: TunnelStatus["reason"] = null): void {
    this.status = { ...this.status, state, reason, since: Date.now() }
    this.#settle()
  }

  /** Counters, packets and those who watch stay. True when it has to connect anew. */
  change(config: TunnelConfig): boolean {
    const way = ({ transport }: TunnelConfig) => JSON.stringify(transport)
    const isOther = way(config) !== way(this.config)
    this.config = config
    if (isOther) this.move("connecting")
    else this.#settle()
    return isOther
  }

  /** The packets of `milliseconds` of pings at a rate; none unless the tunnel is up. */
  pings(milliseconds: number, perSecond: number): PacketRecord[] {
    if (this.status.state !== "up") return []
    this.#due += (milliseconds * perSecond) / 1000
    const records: PacketRecord[] = []
    for (; this.#due >= 1; this.#due -= 1) records.push(...this.#ping())
    this.#keep(records)
    return records
  }

  /** A transfer both ways, as fast as the transport and the faults let it be, in the counters alone. */
  flow(milliseconds: number): void {
    if (this.status.state !== "up") return
    for (const direction of ["outbound", "inbound"] as const) {
      const { lossPercent = 0, rateKbps = null } = this.config.faults?.[direction] ?? {}
      const kbps = Math.min(speedOf(this.config.transport).mbps * 1000, rateKbps ?? Number.POSITIVE_INFINITY)
      const packets = Math.round((kbps * milliseconds * (0.9 + 0.2 * this.#random())) / 8 / flowPacketBytes)
      const lost = Math.round((packets * lossPercent) / 100)
      this.#count(direction, packets - lost, (packets - lost) * flowPacketBytes)
      if (lost > 0) this.#drop(direction, "fault-injected", lost)
      if (rateKbps !== null) this.#drop(direction, "rate-limited", Math.ceil(packets / 10))
    }
  }

  /** A packet that a person made up passes; without a peer it is dropped. Nobody answers it. */
  inject(direction: Direction, bytes: Uint8Array): PacketRecord {
    const isUp = this.status.state === "up"
    if (isUp) this.#count(direction, 1, bytes.length)
    else this.#drop(direction, "no-peer", 1)
    const record = { ...this.#record(direction, bytes, 0, isUp ? 0 : dropNumber("no-peer")), injected: true }
    this.#keep([record])
    return record
  }

  kept(): PacketRecord[] {
    return this.#kept
  }

  /** Since it was last live. */
  untold(): PacketRecord[] {
    return this.#kept.filter(({ number }) => number > this.told)
  }

  counted(): CountedRow[] {
    const { id, stats } = this.status
    const own = countedRow(id, stats)
    const peers = this.config.security.peers === undefined ? [] : this.peers()
    return [own, ...peers.map((peer) => ({ ...countedRow(id, peer), peer: peer.publicKey ?? peer.name }))]
  }

  peers(): TunnelPeerStatus[] {
    return this.#peers.statuses(this.config.security.peers ? this.#roundTripMs(0) : this.status.stats.roundTripMs)
  }

  macs(): MacEntry[] {
    return this.link === "ethernet" && this.config.security.peers !== undefined ? this.#peers.macs() : []
  }

  #settle(): void {
    const isUp = this.status.state === "up"
    this.#peers.settle(this.config, isUp)
    const largestPacket = isUp ? largestPacketOf(this.config.transport, this.link) : this.status.largestPacket
    const { connected: peersConnected } = this.#peers
    this.status = { ...this.status, remote: this.#peers.remote(), peersConnected, largestPacket }
  }

  #keep(records: readonly PacketRecord[]): void {
    this.#kept = [...this.#kept, ...records].slice(-keptPackets)
  }

  #ping(): PacketRecord[] {
    this.#sequence += 1
    const peer = this.#peers.next()
    const send = (direction: Direction, delayMs: number): PacketRecord[] => {
      const fate = fateOf(this.config.faults?.[direction], this.#random)
      const packet = this.#packet(direction, peer?.inside ?? this.#destination)
      const bytes = fate.isCorrupt ? corrupted(packet) : packet
      const reason = peer === undefined ? "no-peer" : fate.dropped
      if (reason === undefined) this.#count(direction, 1, bytes.length)
      else this.#drop(direction, reason, 1)
      this.#peers.count(peer?.name ?? "", direction, bytes.length, reason !== undefined)
      const record = this.#record(direction, bytes, delayMs, reason === undefined ? 0 : dropNumber(reason))
      if (direction === "inbound" || reason !== undefined) return [record]
      const roundTripMs = this.#roundTripMs(fate.delayMs)
      const replies = Array.from({ length: fate.copies }, () => send("inbound", roundTripMs)).flat()
      if (this.config.security.peers === undefined) {
        this.status = { ...this.status, stats: { ...this.status.stats, roundTripMs } }
      }
      return [record, ...replies]
    }
    return send("outbound", 0)
  }

  /** Of the transport, ten percent up or down, and of the injected delays. */
  #roundTripMs(outboundDelayMs: number): number {
    const own = speedOf(this.config.transport).roundTripMs * (0.9 + 0.2 * this.#random())
    return Math.round((own + outboundDelayMs + fateOf(this.config.faults?.inbound, this.#random).delayMs) * 100) / 100
  }

  #packet(direction: Direction, other: string): Uint8Array {
    const outbound = direction === "outbound"
    const packet = echoPacket({
      source: outbound ? this.#source : other,
      destination: outbound ? other : this.#source,
      type: outbound ? "request" : "reply",
      id: 0x1f,
      sequence: this.#sequence,
    })
    return this.link === "ip" ? packet : inFrame(packet, direction)
  }

  #record(direction: Direction, bytes: Uint8Array, delayMs: number, verdict: number): PacketRecord {
    this.#number += 1
    const time = Date.now() + delayMs
    const handled = {
      packets: 1,
      peer: this.config.name,
      overhead: 60,
      batch: 1,
      inside: 0.04,
      bundle: 0,
      injected: false,
    }
    return { number: this.#number, time, wireLength: bytes.length, direction, verdict, errno: 0, ...handled, bytes }
  }

  #count(direction: Direction, packets: number, bytes: number): void {
    this.#update(direction, (sum) => ({ ...sum, packets: sum.packets + packets, bytes: sum.bytes + bytes }))
  }

  #drop(direction: Direction, reason: DropReason, packets: number): void {
    this.#update(direction, (sum) => ({ ...sum, dropped: sum.dropped + packets }))
    const { drops } = this.status.stats
    const isSame = (drop: TunnelStats["drops"][number]) => drop.direction === direction && drop.reason === reason
    const before = drops.find(isSame)?.packets ?? 0
    const after = [...drops.filter((drop) => !isSame(drop)), { direction, reason, packets: before + packets }]
    this.status = { ...this.status, stats: { ...this.status.stats, drops: after } }
  }

  #update(direction: Direction, change: (sum: TunnelStats["outbound"]) => TunnelStats["outbound"]): void {
    const { stats } = this.status
    this.status = { ...this.status, stats: { ...stats, [direction]: change(stats[direction]) } }
  }
}

function countedRow(
  id: string,
  { outbound, inbound, roundTripMs }: Pick<TunnelStats, "outbound" | "inbound" | "roundTripMs">,
): CountedRow {
  const { bytes, packets, dropped } = outbound
  const values: CountedRow["values"] = [bytes, inbound.bytes, packets, inbound.packets, dropped, inbound.dropped]
  return { id, values, roundTripMs, retransmissions: null }
}
