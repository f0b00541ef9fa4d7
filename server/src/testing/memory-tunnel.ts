import type { Direction, PacketRecord, TunnelConfig, TunnelStatus } from "@tundeck/shared"
import { parsePrefix } from "@tundeck/shared"
import { echoPacket, inFrame } from "./ping-packets.ts"

const keptPackets = 256

/** A tunnel whose other side answers each ping, without a wire. */
export class MemoryTunnel {
  readonly config: TunnelConfig
  readonly link: "ip" | "ethernet"
  watched = false
  status: TunnelStatus
  readonly #source: string
  readonly #destination: string
  #kept: PacketRecord[] = []
  #number = 0
  #sequence = 0
  /** Part of a ping that is not due yet. */
  #due = 0

  constructor(config: TunnelConfig, on: { kind: "tun" | "tap"; addresses: string[] }) {
    this.config = config
    this.link = on.kind === "tun" ? "ip" : "ethernet"
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
    const remote = state === "up" ? (this.config.transport.connect ?? `${this.config.transport.peer}:41234`) : null
    this.status = { ...this.status, state, reason, remote, since: Date.now() }
  }

  /** The packets of `milliseconds` of pings at a rate; none unless the tunnel is up. */
  pings(milliseconds: number, perSecond: number): PacketRecord[] {
    if (this.status.state !== "up") return []
    this.#due += (milliseconds * perSecond) / 1000
    const records: PacketRecord[] = []
    for (; this.#due >= 1; this.#due -= 1) {
      this.#sequence += 1
      records.push(this.#packet("outbound"), this.#packet("inbound"))
    }
    this.#kept = [...this.#kept, ...records].slice(-keptPackets)
    return records
  }

  kept(): PacketRecord[] {
    return this.#kept
  }

  #packet(direction: Direction): PacketRecord {
    const outbound = direction === "outbound"
    const packet = echoPacket({
      source: outbound ? this.#source : this.#destination,
      destination: outbound ? this.#destination : this.#source,
      type: outbound ? "request" : "reply",
      id: 0x1f,
      sequence: this.#sequence,
    })
    const bytes = this.link === "ip" ? packet : inFrame(packet, direction)
    const { stats } = this.status
    const counted = stats[direction]
    const sum = { ...counted, packets: counted.packets + 1, bytes: counted.bytes + bytes.length }
    this.status = { ...this.status, stats: { ...stats, [direction]: sum, roundTripMs: 0.31 } }
    this.#number += 1
    const time = Date.now() + (outbound ? 0 : 0.31)
    return { number: this.#number, time, wireLength: bytes.length, direction, verdict: 0, errno: 0, packets: 1, bytes }
  }
}
