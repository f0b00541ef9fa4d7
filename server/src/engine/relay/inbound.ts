import { type Arena, createArena, errno, sys } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import { ethernetHeader, lengthBytes, receiveBytes, type Scratch } from "./frame.ts"
import { checkEthernetFrame, checkIpPacket } from "./inner-packet.ts"
import type { InnerSource } from "./inner-source.ts"
import { Train } from "./offload/coalesce.ts"
import type { Traffic } from "./traffic.ts"
import type { PacketDevice } from "./tun-device.ts"

// The road of an inbound packet, wire to device:
//   1 receive  all that is there, up to one budget, behind the half frame that the last time left
//   2 cut      the frames; the first bad length ends the stream, because nothing after it can be trusted
//   3 look     is it a packet, may this peer use its source
//   4 join     consecutive segments of one flow into a train, where the device takes trains
//   5 deliver  write it to the device
//   6 keep     the half frame at the end, which has a deadline

const inbound = 1
const badLength = dropNumber("bad-length")
const linkDown = dropNumber("link-down")
const deviceRefused = dropNumber("device-refused")
const etherTypeIpv4 = 0x0800
const etherTypeIpv6 = 0x86dd

/** `ok`: go on; `closed`: the peer ended the stream; `lost`: an error did (`errno`); `bad-frame`: `badLength`; `gone`: the device is away. */
export type InboundResult = "ok" | "closed" | "lost" | "bad-frame" | "gone"

export class Inbound {
  readonly #scratch: Arena
  readonly #traffic: Traffic
  readonly #isIp: boolean
  readonly #train: Train
  #largest: number
  source: InnerSource
  #half: Arena | undefined
  #halfLength = 0
  /** Of the last `lost`. */
  errno = 0
  /** Of the last `bad-frame`. */
  badLength = 0

  constructor(scratch: Scratch, traffic: Traffic, link: "ip" | "ethernet", mtu: number, source: InnerSource) {
    this.#scratch = scratch.inbound
    this.#traffic = traffic
    this.#isIp = link === "ip"
    this.#train = new Train(scratch.inbound, link === "ethernet")
    this.#largest = largestFrame(mtu, this.#isIp)
    this.source = source
  }

  set mtu(mtu: number) {
    this.#largest = largestFrame(mtu, this.#isIp)
  }

  /** True while a frame has begun and not ended. */
  get isInsideFrame(): boolean {
    return this.#halfLength > 0
  }

  /** A new stream begins. */
  reset(): void {
    this.#halfLength = 0
  }

  /** Counts how many frames ended: the deadline of a half frame starts anew with each. */
  framesEnded = 0

  pump(socket: number, device: PacketDevice | undefined): InboundResult {
    const { address, view } = this.#scratch
    let end = this.#halfLength
    if (end > 0 && this.#half !== undefined) sys.copy(address, this.#half.address, end)
    const received = sys.recv(socket, address + end, receiveBytes, 0)
    if (received <= 0) {
      if (received === 0) return "closed"
      if (received === -errno.EAGAIN || received === -errno.EINTR) return "ok"
      this.errno = -received
      return "lost"
    }
    end += received
    let at = 0
    let result: InboundResult = "ok"
    while (end - at >= lengthBytes) {
      const length = view.getUint16(at)
      if (length === 0 || length > this.#largest) {
        this.#flush(device)
        this.#traffic.dropped(
          inbound,
          badLength,
          0,
          address + at + lengthBytes,
          Math.min(length, end - at - lengthBytes),
        )
        this.badLength = length
        this.#halfLength = 0
        return "bad-frame"
      }
      const next = at + lengthBytes + length
      if (next > end) break
      if (!this.#take(device, at + lengthBytes, length)) result = "gone"
      this.framesEnded += 1
      at = next
    }
    if (!this.#flush(device)) result = "gone"
    this.#keep(address + at, end - at)
    return result
  }

  /** Looks at one packet, and delivers it now or with those that follow. False when the device is away. */
  #take(device: PacketDevice | undefined, at: number, length: number): boolean {
    const { address, view } = this.#scratch
    let reason = this.#isIp ? checkIpPacket(view, at, length) : checkEthernetFrame(view, at, length)
    if (reason === 0) reason = this.#isIp ? this.source.checkIp(view, at) : this.source.checkEthernet(view, at, length)
    if (reason === 0 && device?.offload !== undefined) {
      if (this.#train.join(at, length)) return true
      const isThere = this.#flush(device)
      return this.#train.begin(at, length) ? isThere : this.#deliver(device, at, length) && isThere
    }
    const isThere = this.#flush(device)
    if (reason === 0) return this.#deliver(device, at, length) && isThere
    this.#traffic.dropped(inbound, reason, 0, address + at, length)
    return isThere
  }

  #deliver(device: PacketDevice | undefined, at: number, length: number): boolean {
    const { address, view } = this.#scratch
    const protocol = this.#isIp && view.getUint8(at) >> 4 === 6 ? etherTypeIpv6 : etherTypeIpv4
    const n = device === undefined ? -errno.EBADFD : device.write(address + at, length, protocol)
    return this.#settle(n, at, length)
  }

  /** Delivers the train that waits, if one does. */
  #flush(device: PacketDevice | undefined): boolean {
    const { segments, first } = this.#train
    if (segments === 0) return true
    const firstLength = this.#scratch.view.getUint16(first - lengthBytes)
    if (segments === 1 || device?.offload === undefined) {
      this.#train.segments = 0
      return this.#deliver(device, first, firstLength)
    }
    this.#train.finish()
    const n = device.offload.writeTrain(this.#train.address, this.#train.count)
    this.#train.restore()
    let isThere = true
    for (let i = 0, at = first; i < segments; i++) {
      const length = this.#scratch.view.getUint16(at - lengthBytes)
      isThere = this.#settle(n, at, length)
      at += length + lengthBytes
    }
    return isThere
  }

  /** Gives the verdict that the device's answer means. False when the device is away. */
  #settle(n: number, at: number, length: number): boolean {
    const { address } = this.#scratch
    if (n >= 0) {
      this.#traffic.passed(inbound, address + at, length)
      return true
    }
    // EIO: the interface is administratively down. EBADFD: it was deleted under us.
    this.#traffic.dropped(inbound, n === -errno.EIO ? linkDown : deviceRefused, -n, address + at, length)
    return n !== -errno.EBADFD
  }

  #keep(address: number, length: number): void {
    this.#halfLength = length
    if (length === 0) return
    if (this.#half === undefined || this.#half.size < length) this.#half = createArena(lengthBytes + this.#largest)
    sys.copy(this.#half.address, address, length)
  }
}

function largestFrame(mtu: number, isIp: boolean): number {
  return Math.min(65_535, isIp ? mtu : mtu + ethernetHeader)
}
