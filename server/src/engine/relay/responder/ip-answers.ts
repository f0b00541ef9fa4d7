import { checkIpPacket } from "../inner-packet.ts"
import type { RelayMemory } from "../memory.ts"
import { dontFragment, ipv4At, ipv6At, protocol, udpAt } from "../offload/header-fields.ts"
import type { AnsweredAddresses } from "./answered-addresses.ts"
import { isSound, sumPseudoHeader, writeChecksum } from "./internet-checksum.ts"

/** What answers say instead of a length: nobody here answers that, or its lengths or checksums are wrong. */
export const notAnswered = 0
export const bad = -1

const icmp = { protocol4: 1, protocol6: 58, checksum: 2, header: 8 } as const // RFC 792, RFC 4443
const echo = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const
const udpEchoPort = 7 // RFC 862
/** Two servers of this kind that hear of each other would talk for ever: whoever asks is a client. */
const firstClientPort = 1024
const hopLimit = 64
const destination4 = 16
const destination6 = 24

/** Answers ping and UDP echo, as the host that the packet is for would. Hot. */
export class IpAnswers {
  readonly #memory: RelayMemory
  readonly addresses: AnsweredAddresses

  constructor(memory: RelayMemory, addresses: AnsweredAddresses) {
    this.#memory = memory
    this.addresses = addresses
  }

  /** Writes the answer to the packet at `at` to `to`, where there is as much room; answers its length, `notAnswered` or `bad`. */
  answer(at: number, length: number, to: number): number {
    const { view } = this.#memory
    if (checkIpPacket(view, at, length) !== 0) return bad
    return view.getUint8(at) >> 4 === 4 ? this.#answer4(at, to) : this.#answer6(at, to)
  }

  #answer4(at: number, to: number): number {
    const memory = this.#memory
    const { view } = memory
    const header = (view.getUint8(at) & 0xf) * 4
    if (!isSound(memory, at, header)) return bad
    if (!this.addresses.answers(view, at + destination4, 4) || !this.addresses.mayAsk(view, at + ipv4At.source, 4)) {
      return notAnswered
    }
    if ((view.getUint16(at + ipv4At.fragment) & ~dontFragment) !== 0) return notAnswered
    const kind = view.getUint8(at + ipv4At.protocol)
    const payload = at + header
    const length = view.getUint16(at + ipv4At.length) - header
    const answer = to + ipv4At.size
    const n =
      kind === icmp.protocol4
        ? this.#echo(4, payload, length, answer, 0, 0)
        : kind === protocol.udp
          ? this.#udp(payload, length, answer, at + ipv4At.source, 8)
          : notAnswered
    if (n <= 0) return n
    view.setUint8(to, 0x45)
    view.setUint8(to + 1, view.getUint8(at + 1)) // the class of service goes back, too
    view.setUint16(to + ipv4At.length, ipv4At.size + n)
    view.setUint16(to + ipv4At.id, 0) // RFC 6864: means nothing where there are no fragments
    view.setUint16(to + ipv4At.fragment, dontFragment)
    view.setUint8(to + ipv4At.ttl, hopLimit)
    view.setUint8(to + ipv4At.protocol, kind)
    memory.copy(to + ipv4At.source, at + destination4, 4)
    memory.copy(to + destination4, at + ipv4At.source, 4)
    writeChecksum(memory, to + ipv4At.checksum, to, ipv4At.size)
    return ipv4At.size + n
  }

  #answer6(at: number, to: number): number {
    const memory = this.#memory
    const { view } = memory
    if (!this.addresses.answers(view, at + destination6, 6) || !this.addresses.mayAsk(view, at + ipv6At.source, 6)) {
      return notAnswered
    }
    const kind = view.getUint8(at + ipv6At.nextHeader)
    const payload = at + ipv6At.size
    const length = view.getUint16(at + ipv6At.payloadLength)
    const answer = to + ipv6At.size
    const n =
      kind === icmp.protocol6
        ? this.#echo(6, payload, length, answer, at + ipv6At.source, 32)
        : kind === protocol.udp
          ? this.#udp(payload, length, answer, at + ipv6At.source, 32)
          : notAnswered
    if (n <= 0) return n
    view.setUint32(to, 0x6000_0000)
    view.setUint16(to + ipv6At.payloadLength, n)
    view.setUint8(to + ipv6At.nextHeader, kind)
    view.setUint8(to + 7, hopLimit)
    memory.copy(to + ipv6At.source, at + destination6, 16)
    memory.copy(to + destination6, at + ipv6At.source, 16)
    return ipv6At.size + n
  }

  /** ICMPv6 sums the addresses along; in which order does not matter. */
  #echo(family: 4 | 6, at: number, length: number, to: number, addressesAt: number, addressBytes: number): number {
    const memory = this.#memory
    const { view } = memory
    if (length < icmp.header) return bad
    const pseudo = family === 4 ? 0 : sumPseudoHeader(memory, addressesAt, addressBytes, icmp.protocol6, length)
    if (!isSound(memory, at, length, pseudo)) return bad
    if (view.getUint8(at) !== echo[family].request || view.getUint8(at + 1) !== 0) return notAnswered
    memory.copy(to, at, length)
    view.setUint8(to, echo[family].reply)
    writeChecksum(memory, to + icmp.checksum, to, length, pseudo)
    return length
  }

  /** The same bytes back: with addresses and ports the other way round the checksum is the same. */
  #udp(at: number, available: number, to: number, addressesAt: number, addressBytes: number): number {
    const memory = this.#memory
    const { view } = memory
    if (available < udpAt.size) return bad
    const length = view.getUint16(at + udpAt.length)
    if (length < udpAt.size || length > available) return bad
    if (view.getUint16(at + udpAt.checksum) === 0) {
      if (addressBytes !== 8) return bad // RFC 8200: over IPv6 there always is one
    } else if (!isSound(memory, at, length, sumPseudoHeader(memory, addressesAt, addressBytes, protocol.udp, length))) {
      return bad
    }
    const source = view.getUint16(at)
    if (view.getUint16(at + 2) !== udpEchoPort || source < firstClientPort) return notAnswered
    memory.copy(to, at, length)
    view.setUint16(to, udpEchoPort)
    view.setUint16(to + 2, source)
    return length
  }
}
