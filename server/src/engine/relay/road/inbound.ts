import { errno } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import type { HubRoad } from "../hub/hub-road.ts"
import type { InnerSource } from "../inner-source.ts"
import type { RelayMemory } from "../memory.ts"
import { checkOpen } from "../offload/check-open.ts"
import { clampMss } from "../offload/clamp-mss.ts"
import { completeChecksum } from "../offload/complete-checksum.ts"
import { cutTrain } from "../offload/cut.ts"
import type { Joiner } from "../offload/joiner.ts"
import { trainBytes, trainPackets } from "../offload/train-size.ts"
import { gsoType } from "../offload/virtio-header.ts"
import type { PacketDevice, Transport } from "../ports.ts"
import { ethernetHeader, region } from "../regions.ts"
import type { Traffic } from "../traffic.ts"
import { look } from "./look.ts"

// The road of an inbound packet, wire to device. It lies where the transport received it.
//   1 check    a train or an open checksum: does it fit the packet's own headers; never trusted
//   2 look     is it a packet, not above the MTU, and may this peer use its source
//   3 route    a hub over tap passes it on to other peers as well, or instead
//   4 clamp    the segment size that a TCP handshake announces, where that is asked for
//   5 join     consecutive packets of one flow into a train, where the device takes trains
//   6 deliver  to the device; its answer is the verdict

const inbound = 1
const badTrain = dropNumber("bad-train")
const aboveMtu = dropNumber("above-mtu")
const linkDown = dropNumber("link-down")
const deviceRefused = dropNumber("device-refused")

export class Inbound {
  readonly #memory: RelayMemory
  readonly #traffic: Traffic
  readonly #isEthernet: boolean
  readonly #joiner: Joiner
  readonly #cut: Batch
  #mtu: number
  #largest: number
  source: InnerSource
  hub: HubRoad | undefined
  clampTo = 0

  constructor(
    memory: RelayMemory,
    { joiners, cut }: InboundParts,
    traffic: Traffic,
    isEthernet: boolean,
    mtu: number,
    source: InnerSource,
  ) {
    this.#memory = memory
    this.#joiner = isEthernet ? joiners.ethernet : joiners.ip
    this.#cut = cut
    this.#traffic = traffic
    this.#isEthernet = isEthernet
    this.#mtu = mtu
    this.#largest = largestPacketOf(mtu, isEthernet)
    this.source = source
  }

  set mtu(mtu: number) {
    this.#mtu = mtu
    this.#largest = largestPacketOf(mtu, this.#isEthernet)
  }

  /** Delivers a batch of packets. False when the device is away. */
  take(batch: Batch, device: PacketDevice | undefined, transport: Transport): boolean {
    let isThere = true
    if (device !== undefined) this.#joiner.joinsUdp = device.takesDatagramTrains
    for (let i = 0; i < batch.count; i++) {
      const reason = this.#check(batch, i)
      if (reason !== 0) {
        if (!this.#flush(batch, device)) isThere = false
        this.#drop(batch, i, reason)
        continue
      }
      if (this.hub !== undefined) {
        // What goes to several is the same bytes for all of them: they shall not be changed on the way.
        this.#complete(batch, i)
        if (!this.hub.routeInbound(batch, i, transport)) continue
      }
      if (!this.#deliver(batch, i, device)) isThere = false
    }
    if (!this.#flush(batch, device)) isThere = false
    this.hub?.forward(transport)
    return isThere
  }

  /** 0, or the number of the drop reason. */
  #check(batch: Batch, i: number): number {
    const { view } = this.#memory
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    const isOpen = batch.isOpen(i)
    let reason: number = look(view, at, length, this.#isEthernet)
    if (reason !== 0) return reason
    if (batch.gsoSize[i] === 0 && length > this.#largest) return aboveMtu
    if (isOpen && !checkOpen(this.#memory, batch, i, this.#isEthernet, this.#mtu)) return badTrain
    if (this.hub !== undefined) reason = this.hub.checkSource(batch, i)
    else reason = this.#isEthernet ? this.source.checkEthernet(view, at, length) : this.source.checkIp(view, at)
    if (reason === 0 && this.clampTo > 0) {
      clampMss(this.#memory, at, length, this.#isEthernet, this.clampTo, isOpen)
    }
    return reason
  }

  /** Now, or with those that follow. */
  #deliver(batch: Batch, i: number, device: PacketDevice | undefined): boolean {
    if (device === undefined) {
      this.#settle(batch, i, -errno.EBADFD)
      return false
    }
    if (batch.isOpen(i)) {
      const isThere = this.#flush(batch, device)
      return (
        (this.#takes(batch, i, device) ? this.#writeOpen(batch, i, device) : this.#writeClosed(batch, i, device)) &&
        isThere
      )
    }
    if (!device.takesTrains) return this.#settle(batch, i, device.write(batch, i))
    if (this.#joiner.join(batch, i)) return true
    const isThere = this.#flush(batch, device)
    if (this.#joiner.begin(batch, i)) return isThere
    return this.#settle(batch, i, device.write(batch, i)) && isThere
  }

  #takes(batch: Batch, i: number, device: PacketDevice): boolean {
    return device.takesTrains && (device.takesDatagramTrains || batch.gsoType[i] !== gsoType.udp)
  }

  #writeOpen(batch: Batch, i: number, device: PacketDevice): boolean {
    const n = device.write(batch, i)
    if (n < 0 || batch.gsoSize[i] === 0) return this.#settle(batch, i, n)
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    const packets = trainPackets(this.#memory.view, batch, i)
    const bytes = trainBytes(this.#memory.view, batch, i)
    this.#traffic.passedTrain(inbound, batch.peer[i] ?? 0, this.#memory.view, at, length, packets, bytes)
    return true
  }

  /** The open checksum of a packet that `checkOpen` let pass. */
  #complete(batch: Batch, i: number): void {
    const start = batch.checksumStart[i] ?? 0
    const offset = batch.checksumOffset[i] ?? 0
    if (offset === 0 || batch.gsoSize[i] !== 0) return
    completeChecksum(this.#memory, batch.at[i] ?? 0, batch.length[i] ?? 0, start, offset)
    batch.checksumStart[i] = 0
    batch.checksumOffset[i] = 0
  }

  /** For a device that takes no trains. */
  #writeClosed(batch: Batch, i: number, device: PacketDevice): boolean {
    if (batch.gsoSize[i] === 0) {
      this.#complete(batch, i)
      return this.#settle(batch, i, device.write(batch, i))
    }
    const cut = this.#cut
    cut.clear()
    const { at: from, size } = region.inboundCut
    if (cutTrain(this.#memory, batch, i, this.#isEthernet, cut, from, 0, from + size) < 0) {
      this.#drop(batch, i, badTrain)
      return true
    }
    let isThere = true
    for (let piece = 0; piece < cut.count; piece++) isThere = this.#settle(cut, piece, device.write(cut, piece))
    return isThere
  }

  /** Delivers what was joined so far. */
  #flush(batch: Batch, device: PacketDevice | undefined): boolean {
    const { first, count } = this.#joiner
    if (count === 0 || device === undefined) return true
    if (count === 1) {
      this.#joiner.restore()
      return this.#settle(batch, first, device.write(batch, first))
    }
    this.#joiner.finish()
    const n = device.writeJoined(this.#joiner.head, 0, this.#joiner.pieces)
    this.#joiner.restore()
    let isThere = true
    for (let i = first; i < first + count; i++) isThere = this.#settle(batch, i, n)
    return isThere
  }

  /** Gives the verdict that the device's answer means. False when the device is away. */
  #settle(batch: Batch, i: number, n: number): boolean {
    const at = batch.at[i] ?? 0
    const length = batch.length[i] ?? 0
    const peer = batch.peer[i] ?? 0
    if (n >= 0) {
      this.#traffic.bundle = batch.bundle[i] ?? 0
      this.#traffic.passed(inbound, peer, this.#memory.view, at, length)
      this.#traffic.bundle = 0
      return true
    }
    // EIO: the interface is administratively down. EBADFD: it was deleted under us.
    const reason = n === -errno.EIO ? linkDown : deviceRefused
    this.#traffic.dropped(inbound, reason, -n, peer, this.#memory.view, at, length)
    return n !== -errno.EBADFD
  }

  #drop(batch: Batch, i: number, reason: number): void {
    const { view } = this.#memory
    this.#traffic.dropped(inbound, reason, 0, batch.peer[i] ?? 0, view, batch.at[i] ?? 0, batch.length[i] ?? 0)
  }
}

/** Shared by the tunnels of a worker: empty between wake-ups. */
export interface InboundParts {
  joiners: { ip: Joiner; ethernet: Joiner }
  cut: Batch
}

function largestPacketOf(mtu: number, isEthernet: boolean): number {
  return isEthernet ? mtu + ethernetHeader : mtu
}
