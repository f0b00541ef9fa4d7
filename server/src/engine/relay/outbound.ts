import { type Arena, createArena, errno, messageFlags, sys } from "@tundeck/native-bindings"
import { dropNumber, largestSimpletunFrame } from "@tundeck/shared"
import { batchBytes, batchPackets, largestPacket, lengthBytes, type Scratch } from "./frame.ts"
import { checkEthernetFrame, checkIpPacket } from "./inner-packet.ts"
import { completeChecksum } from "./offload/checksum.ts"
import { splitTrain } from "./offload/split.ts"
import { gsoType, needsChecksum, virtioHeader } from "./offload/virtio-header.ts"
import type { Traffic } from "./traffic.ts"
import type { Offload, PacketDevice } from "./tun-device.ts"

// The road of an outbound packet, device to wire:
//   1 read    each packet from the device, straight behind its length word in the batch; a segment train aside
//   2 look    is it a packet, and may the wire carry it
//   3 cut     a train into packets, each behind its length word
//   4 send    one send() for the whole batch
//   5 settle  count and show each frame once its last byte is with the kernel
// What the stream cannot take waits in `#waiting`, one batch at most, and the device is not read until it is gone:
// the kernel's own queue then fills and drops, and shows it in the interface's counters.

const outbound = 0
const noPeer = dropNumber("no-peer")
const badPacket = dropNumber("bad-packet")
const frameTooLong = dropNumber("frame-too-long")
const connectionLost = dropNumber("connection-lost")

/** `sent`: nothing waits; `waiting`: the stream is full; `lost`: the stream ended; `gone`: the device did. */
export type OutboundResult = "sent" | "waiting" | "lost" | "gone"

export class Outbound {
  readonly #scratch: Arena
  readonly #train: Arena
  readonly #traffic: Traffic
  readonly #isIp: boolean
  #waiting: Arena | undefined
  /** Bytes in `#waiting`: frames from the first unsettled one on. */
  #length = 0
  /** How many of them the kernel has. */
  #sent = 0
  /** Of the last `lost`. */
  errno = 0

  constructor(scratch: Scratch, traffic: Traffic, link: "ip" | "ethernet") {
    this.#scratch = scratch.outbound
    this.#train = scratch.train
    this.#traffic = traffic
    this.#isIp = link === "ip"
  }

  get isWaiting(): boolean {
    return this.#length > 0
  }

  /** Without a peer each packet is read all the same, so that it gets its verdict. */
  discard(device: PacketDevice): OutboundResult {
    const { address } = this.#scratch
    for (let packets = 0; packets < batchPackets; packets++) {
      const n = device.read(address, largestPacket)
      if (n < 0) return n === -errno.EAGAIN || n === -errno.EINTR ? "sent" : "gone"
      this.#traffic.dropped(outbound, noPeer, 0, address, n)
    }
    return "sent"
  }

  /** Reads a batch and sends it. To be called only while nothing waits. */
  pump(device: PacketDevice, socket: number): OutboundResult {
    const { address } = this.#scratch
    let end = 0
    let result: OutboundResult = "sent"
    for (let packets = 0; packets < batchPackets && end < batchBytes; packets++) {
      const next =
        device.offload === undefined ? this.#readPacket(device, end) : this.#readTrain(device, device.offload, end)
      if (next < 0) {
        if (next !== -errno.EAGAIN && next !== -errno.EINTR) result = "gone"
        break
      }
      end = next
    }
    if (end === 0) return result
    const sent = sys.send(socket, address, end, messageFlags.noSignal)
    const taken = Math.max(0, sent)
    const settled = this.#settle(this.#scratch, end, taken)
    if (settled === end) return result
    if (sent < 0 && sent !== -errno.EAGAIN && sent !== -errno.EINTR) {
      this.#lose(this.#scratch, settled, end)
      this.errno = -sent
      return "lost"
    }
    this.#keep(address + settled, end - settled, taken - settled)
    return result === "gone" ? result : "waiting"
  }

  /** Goes on with what waits, when the stream can take more. */
  flush(socket: number): OutboundResult {
    const waiting = this.#waiting
    if (waiting === undefined || this.#length === 0) return "sent"
    const sent = sys.send(socket, waiting.address + this.#sent, this.#length - this.#sent, messageFlags.noSignal)
    if (sent < 0) {
      if (sent === -errno.EAGAIN || sent === -errno.EINTR) return "waiting"
      this.errno = -sent
      this.drop()
      return "lost"
    }
    this.#sent += sent
    const settled = this.#settle(waiting, this.#length, this.#sent)
    if (settled === this.#length) {
      this.#length = 0
      this.#sent = 0
      return "sent"
    }
    if (settled > 0) {
      waiting.bytes.copyWithin(0, settled, this.#length)
      this.#length -= settled
      this.#sent -= settled
    }
    return "waiting"
  }

  /** The stream ended: what waits was not sent. */
  drop(): void {
    if (this.#waiting !== undefined) this.#lose(this.#waiting, 0, this.#length)
    this.#length = 0
    this.#sent = 0
  }

  /** Puts the next packet behind `end` in the batch; answers the new end, or -errno. */
  #readPacket(device: PacketDevice, end: number): number {
    const { address, view } = this.#scratch
    const at = end + lengthBytes
    const n = device.read(address + at, largestPacket)
    if (n < 0) return n
    const reason = n > largestSimpletunFrame ? frameTooLong : this.#look(view, at, n)
    if (reason !== 0) return this.#drop(reason, address + at, n, end)
    view.setUint16(end, n)
    return at + n
  }

  /** Likewise, where the device may hand over a train, or a packet whose checksum is still to be completed. */
  #readTrain(device: PacketDevice, { header }: Offload, end: number): number {
    const { address, view } = this.#train
    const n = device.read(address, largestPacket)
    if (n < 0) return n
    const reason = this.#look(view, 0, n)
    if (reason !== 0) return this.#drop(reason, address, n, end)
    const type = header.getUint8(virtioHeader.gsoType) & ~gsoType.ecnBit
    if (type === gsoType.none) return this.#copyPacket(header, n, end)
    const gsoSize = header.getUint16(virtioHeader.gsoSize, true)
    const headers = header.getUint16(virtioHeader.headerLength, true)
    if (headers + gsoSize > largestSimpletunFrame) return this.#drop(frameTooLong, address, n, end)
    const next = splitTrain(this.#train, 0, n, !this.#isIp, gsoSize, this.#scratch, end)
    return next < 0 ? this.#drop(badPacket, address, n, end) : next
  }

  #copyPacket(header: DataView, length: number, end: number): number {
    const { address, view } = this.#train
    if (length > largestSimpletunFrame) return this.#drop(frameTooLong, address, length, end)
    if ((header.getUint8(virtioHeader.flags) & needsChecksum) !== 0) {
      const start = header.getUint16(virtioHeader.checksumStart, true)
      const offset = header.getUint16(virtioHeader.checksumOffset, true)
      if (!completeChecksum(view, 0, length, start, offset)) return this.#drop(badPacket, address, length, end)
    }
    this.#scratch.view.setUint16(end, length)
    sys.copy(this.#scratch.address + end + lengthBytes, address, length)
    return end + lengthBytes + length
  }

  #drop(reason: number, address: number, length: number, end: number): number {
    this.#traffic.dropped(outbound, reason, 0, address, length)
    return end
  }

  #look(view: DataView, at: number, length: number): number {
    return this.#isIp ? checkIpPacket(view, at, length) : checkEthernetFrame(view, at, length)
  }

  /** Counts the frames that end within the first `taken` bytes; answers where the first other one begins. */
  #settle(batch: Arena, end: number, taken: number): number {
    let at = 0
    while (at < end) {
      const length = batch.view.getUint16(at)
      const next = at + lengthBytes + length
      if (next > taken) break
      this.#traffic.passed(outbound, batch.address + at + lengthBytes, length)
      at = next
    }
    return at
  }

  #lose(batch: Arena, from: number, end: number): void {
    for (let at = from; at < end; ) {
      const length = batch.view.getUint16(at)
      this.#traffic.dropped(outbound, connectionLost, 0, batch.address + at + lengthBytes, length)
      at += lengthBytes + length
    }
  }

  #keep(address: number, length: number, sent: number): void {
    // A few times in the life of a tunnel: when its stream is full for the first time, and when a longer batch waits.
    if (this.#waiting === undefined || this.#waiting.size < length) this.#waiting = createArena(length + batchBytes)
    sys.copy(this.#waiting.address, address, length)
    this.#length = length
    this.#sent = sent
  }
}
