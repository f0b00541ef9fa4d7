import { checkIpPacket } from "../inner-packet.ts"
import type { RelayMemory } from "../memory.ts"
import { ipv6At } from "../offload/header-fields.ts"
import type { AnsweredAddresses } from "./answered-addresses.ts"
import { isSound, sumPseudoHeader, writeChecksum } from "./internet-checksum.ts"
import { bad, IpAnswers, notAnswered } from "./ip-answers.ts"

const ethernet = { destination: 0, source: 6, type: 12, size: 14 } as const
const etherType = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const
/** A neighbour's MAC address: locally administered, one of these, then the last four bytes of its IP address. */
const macPrefix = { 4: 0x0254, 6: 0x0256 } as const

// RFC 826: kinds and lengths of the addresses, what it is, the sender's two addresses, the target's two.
const arp = { operation: 6, senderMac: 8, sender: 14, targetMac: 18, target: 24, size: 28 } as const
const arpOperation = { request: 1, reply: 2 } as const
const ethernetAndIpv4 = [0x0001, 0x0800, 0x0604] as const

// RFC 4861 sections 4.3 and 4.4
const neighbour = { flags: 4, target: 8, options: 24, solicitation: 135, advertisement: 136, protocol: 58 } as const
const advertisedLength = neighbour.options + 8
const solicitedAndOverride = 0x6000_0000
const targetLinkLayerAddress = 0x0201 // option 2, of eight bytes
const ndHopLimit = 255
const destination6 = 24

/** Answers as every host of an Ethernet segment would: who has this address (ARP, neighbour discovery), and what IpAnswers does. Hot. */
export class EthernetAnswers {
  readonly #memory: RelayMemory
  readonly #ip: IpAnswers

  constructor(memory: RelayMemory, addresses: AnsweredAddresses) {
    this.#memory = memory
    this.#ip = new IpAnswers(memory, addresses)
  }

  /** As IpAnswers.answer, of a frame. */
  answer(at: number, length: number, to: number): number {
    const { view } = this.#memory
    if (length < ethernet.size) return bad
    const type = view.getUint16(at + ethernet.type)
    const rest = length - ethernet.size
    if (type === etherType.arp) return this.#arp(at, rest, to)
    if (type !== etherType.ipv4 && type !== etherType.ipv6) return notAnswered
    const packet = at + ethernet.size
    const family = type === etherType.ipv4 ? 4 : 6
    if (checkIpPacket(view, packet, rest) !== 0 || view.getUint8(packet) >> 4 !== family) return bad
    if (family === 6 && isSolicitation(view, packet, rest)) return this.#neighbour(at, to)
    const destination = packet + (family === 4 ? 16 : destination6)
    if (!this.#isFor(at, destination, family)) return notAnswered
    const n = this.#ip.answer(packet, rest, to + ethernet.size)
    if (n <= 0) return n
    this.#head(at, destination, family, type, to)
    return ethernet.size + n
  }

  #arp(at: number, length: number, to: number): number {
    const memory = this.#memory
    const { view } = memory
    const { addresses } = this.#ip
    const request = at + ethernet.size
    if (length < arp.size) return bad
    for (let i = 0; i < 3; i++) if (view.getUint16(request + i * 2) !== ethernetAndIpv4[i]) return bad
    if (view.getUint16(request + arp.operation) !== arpOperation.request) return notAnswered
    const target = request + arp.target
    // RFC 5227: who asks for 0.0.0.0 looks whether an address is free, and who asks for its own announces it.
    if (!addresses.mayAsk(view, request + arp.sender, 4) || !addresses.answers(view, target, 4)) return notAnswered
    if (view.getUint32(request + arp.sender) === view.getUint32(target)) return notAnswered
    if (!isSameMac(view, at + ethernet.source, request + arp.senderMac)) return bad
    if (!isBroadcast(view, at) && !this.#isFor(at, target, 4)) return notAnswered
    this.#head(at, target, 4, etherType.arp, to)
    const reply = to + ethernet.size
    memory.copy(reply, request, arp.operation)
    view.setUint16(reply + arp.operation, arpOperation.reply)
    this.#writeMac(reply + arp.senderMac, target, 4)
    memory.copy(reply + arp.sender, target, 4)
    memory.copy(reply + arp.targetMac, request + arp.senderMac, 10)
    return ethernet.size + arp.size
  }

  /** An unspecified source looks whether an address is free (RFC 4862): nobody here has one that others want. */
  #neighbour(at: number, to: number): number {
    const memory = this.#memory
    const { view } = memory
    const { addresses } = this.#ip
    const packet = at + ethernet.size
    const asked = packet + ipv6At.size
    const length = view.getUint16(packet + ipv6At.payloadLength)
    const target = asked + neighbour.target
    if (length < neighbour.options || view.getUint8(packet + 7) !== ndHopLimit || view.getUint8(asked + 1) !== 0) {
      return bad
    }
    if (!isSound(memory, asked, length, this.#pseudoHeader(packet, length))) return bad
    if (!hasWholeOptions(view, asked + neighbour.options, asked + length)) return bad
    if (!addresses.mayAsk(view, packet + ipv6At.source, 6) || !addresses.answers(view, target, 6)) return notAnswered
    if (!isForTarget(view, packet + destination6, target)) return notAnswered
    if (!isForGroup(view, at, packet + destination6) && !this.#isFor(at, target, 6)) return notAnswered

    this.#head(at, target, 6, etherType.ipv6, to)
    const answer = to + ethernet.size
    view.setUint32(answer, 0x6000_0000)
    view.setUint16(answer + ipv6At.payloadLength, advertisedLength)
    view.setUint8(answer + ipv6At.nextHeader, neighbour.protocol)
    view.setUint8(answer + 7, ndHopLimit)
    memory.copy(answer + ipv6At.source, target, 16)
    memory.copy(answer + destination6, packet + ipv6At.source, 16)
    const advertised = answer + ipv6At.size
    view.setUint16(advertised, neighbour.advertisement << 8)
    view.setUint32(advertised + neighbour.flags, solicitedAndOverride)
    memory.copy(advertised + neighbour.target, target, 16)
    view.setUint16(advertised + neighbour.options, targetLinkLayerAddress)
    this.#writeMac(advertised + neighbour.options + 2, target, 6)
    const pseudo = this.#pseudoHeader(answer, advertisedLength)
    writeChecksum(memory, advertised + 2, advertised, advertisedLength, pseudo)
    return ethernet.size + ipv6At.size + advertisedLength
  }

  #pseudoHeader(packet: number, length: number): number {
    return sumPseudoHeader(this.#memory, packet + ipv6At.source, 32, neighbour.protocol, length)
  }

  /** The Ethernet header of an answer to the frame at `at`, from the neighbour whose address stands at `address`. */
  #head(at: number, address: number, family: 4 | 6, type: number, to: number): void {
    this.#memory.copy(to, at + ethernet.source, 6)
    this.#writeMac(to + ethernet.source, address, family)
    this.#memory.view.setUint16(to + ethernet.type, type)
  }

  /** The frame at `at` goes to the neighbour whose address stands at `address`, and to no other. */
  #isFor(at: number, address: number, family: 4 | 6): boolean {
    const { view } = this.#memory
    const last = address + (family === 4 ? 0 : 12)
    return view.getUint16(at) === macPrefix[family] && view.getUint32(at + 2) === view.getUint32(last)
  }

  #writeMac(to: number, address: number, family: 4 | 6): void {
    this.#memory.view.setUint16(to, macPrefix[family])
    this.#memory.copy(to + 2, address + (family === 4 ? 0 : 12), 4)
  }
}

function isSolicitation(view: DataView, packet: number, length: number): boolean {
  if (length <= ipv6At.size || view.getUint8(packet + ipv6At.nextHeader) !== neighbour.protocol) return false
  return view.getUint8(packet + ipv6At.size) === neighbour.solicitation
}

function isSameMac(view: DataView, a: number, b: number): boolean {
  return view.getUint32(a) === view.getUint32(b) && view.getUint16(a + 4) === view.getUint16(b + 4)
}

function isBroadcast(view: DataView, at: number): boolean {
  return view.getUint32(at) === 0xffff_ffff && view.getUint16(at + 4) === 0xffff
}

/** RFC 2464 section 7: 33:33 and the last four bytes of the group's address. */
function isForGroup(view: DataView, at: number, group: number): boolean {
  return view.getUint16(at) === 0x3333 && view.getUint32(at + 2) === view.getUint32(group + 12)
}

/** Its own address, or ff02::1:ff and its last three bytes (RFC 4291 section 2.7.1). */
function isForTarget(view: DataView, destination: number, target: number): boolean {
  let isOwn = true
  for (let i = 0; i < 16; i += 4) isOwn &&= view.getUint32(destination + i) === view.getUint32(target + i)
  if (isOwn) return true
  return (
    view.getUint32(destination) === 0xff02_0000 &&
    view.getUint32(destination + 4) === 0 &&
    view.getUint32(destination + 8) === 1 &&
    view.getUint32(destination + 12) >>> 0 === (view.getUint32(target + 12) | 0xff00_0000) >>> 0
  )
}

/** Each option says its length in eight bytes; none is 0. */
function hasWholeOptions(view: DataView, from: number, end: number): boolean {
  let at = from
  while (at + 2 <= end) {
    const length = view.getUint8(at + 1) * 8
    if (length === 0) return false
    at += length
  }
  return at === end
}
