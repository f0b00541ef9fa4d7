import { errno } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import { Batch } from "../batch.ts"
import type { HubRoad } from "../hub/hub-road.ts"
import type { RelayMemory } from "../memory.ts"
import { clampMss } from "../offload/clamp-mss.ts"
import { completeChecksum } from "../offload/complete-checksum.ts"
import { cutTrain } from "../offload/cut.ts"
import type { PacketDevice, Transport } from "../ports.ts"
import { batchBytes, batchPackets, largestPacket, outboundEntries, region } from "../regions.ts"
import type { Traffic } from "../traffic.ts"
import { look } from "./look.ts"

// The road of an outbound packet, device to wire:
//   1 read    each packet or train from the device, with the transport's headroom before it
//   2 look    is it a packet, and may the wire carry it
//   3 route   which peer of a hub has its destination
//   4 clamp   the segment size that a TCP handshake announces, where that is asked for
//   5 cut     a train into packets, unless the transport takes it whole
//   6 send    the batch; the transport gives each packet its verdict

const outbound = 0
const badPacket = dropNumber("bad-packet")
/** A transport may write so much behind a packet. */
const tailroom = 64
const end = region.outbound.at + region.outbound.size - tailroom

export class Outbound {
  readonly #memory: RelayMemory
  readonly #traffic: Traffic
  readonly #isEthernet: boolean
  readonly #batch: Batch
  /** A train on its way to being cut. */
  readonly #train: Batch
  /** How many to read: to ask a device that has no more costs as much as to read a packet. */
  #expected = 1
  /** Set on a hub. */
  hub: HubRoad | undefined
  /** 0: not asked for. Else the largest packet that inner TCP shall make. */
  clampTo = 0
  /** Faults strike packets, not trains. */
  cutsAll = false

  constructor(memory: RelayMemory, batches: OutboundBatches, traffic: Traffic, isEthernet: boolean) {
    this.#memory = memory
    this.#batch = batches.batch
    this.#train = batches.train
    this.#traffic = traffic
    this.#isEthernet = isEthernet
  }

  /** Reads a batch and sends it. False when the device is away. */
  pump(device: PacketDevice, transport: Transport): boolean {
    const batch = this.#batch
    batch.clear()
    let at: number = region.outbound.at
    let isThere = true
    const most = this.#expected
    let packets = 0
    for (let bytes = 0; packets < most && bytes < batchBytes; packets++) {
      const start = at + transport.headroom
      const n = device.read(batch, start, largestPacket)
      if (n < 0) {
        isThere = n === -errno.EAGAIN || n === -errno.EINTR
        break
      }
      bytes += n
      at = this.#take(transport, start, n)
      if (end - at >= largestPacket + largestCut && batch.capacity - batch.count > mostPackets) continue
      this.#send(transport)
      at = region.outbound.at
    }
    this.#send(transport)
    this.#expected = packets === most ? Math.min(2 * most, batchPackets) : Math.max(1, packets)
    return isThere
  }

  /** Sends a packet whose checksums are complete as if it had been read. */
  inject(packet: Uint8Array, transport: Transport): void {
    const at = region.outbound.at + transport.headroom
    this.#memory.bytes.set(packet, at)
    this.#batch.clear()
    this.#batch.add(at, packet.length, 0)
    this.#take(transport, at, packet.length)
    this.#send(transport)
  }

  #send(transport: Transport): void {
    if (this.#batch.count === 0) return
    if (this.hub === undefined) transport.send(this.#batch)
    else this.hub.send(this.#batch, transport)
    this.#batch.clear()
  }

  /** The packet that was read last: drops it, leaves it in the batch, or cuts it. Answers where the next one may stand. */
  #take(transport: Transport, at: number, length: number): number {
    const { view } = this.#memory
    const batch = this.#batch
    const i = batch.count - 1
    let reason = look(view, at, length, this.#isEthernet)
    if (reason === 0 && this.hub !== undefined) reason = this.hub.routeOutbound(batch, i)
    if (reason !== 0) return this.#drop(transport, reason, at, length)
    const isOpen = batch.isOpen(i)
    if (this.clampTo > 0) clampMss(this.#memory, at, length, this.#isEthernet, this.clampTo, isOpen)
    if (isOpen && (!transport.takesTrains || this.cutsAll)) return this.#close(transport, at, length)
    if (length > transport.largestPacket) return this.#drop(transport, transport.tooLongReason, at, length)
    return at + length
  }

  /** Cuts the train that stands last in the batch, or completes its checksum. */
  #close(transport: Transport, at: number, length: number): number {
    const batch = this.#batch
    const i = batch.count - 1
    if (batch.gsoSize[i] === 0) {
      const start = batch.checksumStart[i] ?? 0
      const offset = batch.checksumOffset[i] ?? 0
      if (!completeChecksum(this.#memory, at, length, start, offset))
        return this.#drop(transport, badPacket, at, length)
      batch.checksumStart[i] = 0
      batch.checksumOffset[i] = 0
      if (length > transport.largestPacket) return this.#drop(transport, transport.tooLongReason, at, length)
      return at + length
    }
    const train = this.#train
    train.clear()
    train.copy(batch, i, batch.peer[i] ?? 0)
    batch.count = i
    const next = cutTrain(this.#memory, train, 0, this.#isEthernet, batch, at + length, transport.headroom, end)
    if (next < 0) {
      this.#traffic.dropped(outbound, badPacket, 0, train.peer[0] ?? 0, this.#memory.view, at, length)
      return at - transport.headroom
    }
    if ((batch.length[i] ?? 0) <= transport.largestPacket) return next
    batch.count = i
    this.#traffic.dropped(outbound, transport.tooLongReason, 0, train.peer[0] ?? 0, this.#memory.view, at, length)
    return at - transport.headroom
  }

  #drop(transport: Transport, reason: number, at: number, length: number): number {
    const i = this.#batch.count - 1
    const peer = this.#batch.peer[i] ?? 0
    this.#batch.count = i
    this.#traffic.dropped(outbound, reason, 0, peer, this.#memory.view, at, length)
    return at - transport.headroom
  }
}

/** What a 64 KB train grows to when it is cut into the shortest segments that a kernel sends (MSS 48, all options). */
const largestCut = 320 * 1024
/** And into how many. */
const mostPackets = 1400

/** Shared by the tunnels of a worker: empty between wake-ups. */
export interface OutboundBatches {
  batch: Batch
  train: Batch
}

export function createOutboundBatches(): OutboundBatches {
  return { batch: new Batch(outboundEntries), train: new Batch(1) }
}
