import type { RelayMemory } from "../memory.ts"
import { ipv4At, ipv6At, tcpAt, tcpFlag } from "./header-fields.ts"
import { fold, swap } from "./ones-complement.ts"
import { PacketHeaders } from "./packet-headers.ts"

// RFC 9293 section 3.1
const option = { end: 0, noOperation: 1, mss: 2, mssLength: 4 } as const
/** TCP_MIN_SND_MSS of Linux: a smaller one is not honoured. */
const leastMss = 48

const headers = new PacketHeaders()

/**
 * Lowers the MSS that a TCP SYN offers, when it is above what a packet of `largestPacket` bytes carries, on tap with its
 * Ethernet header (RFC 6691: headers without options). `isOpen`: the checksum is still to be completed, and will cover the option as it then stands.
 */
export function clampMss(
  memory: RelayMemory,
  at: number,
  length: number,
  isEthernet: boolean,
  largestPacket: number,
  isOpen: boolean,
): void {
  const { view } = memory
  if (!headers.read(view, at, length, isEthernet) || !headers.isTcp) return
  const tcp = at + headers.transportAt
  if ((view.getUint8(tcp + tcpAt.flags) & tcpFlag.syn) === 0) return
  const value = findMss(view, tcp + tcpAt.size, tcp + headers.transport)
  if (value < 0) return
  const fits = largestPacket - headers.link - (headers.isIpv4 ? ipv4At.size : ipv6At.size) - tcpAt.size
  const lowered = Math.max(leastMss, fits)
  const offered = view.getUint16(value)
  if (offered <= lowered) return
  view.setUint16(value, lowered)
  if (isOpen) return
  // RFC 1624, equation 3: HC' = ~(~HC + ~m + m'). Of a value at an odd offset the bytes stand the other way round.
  const isOdd = ((value - tcp) & 1) !== 0
  const old = isOdd ? offered : swap(offered)
  const now = isOdd ? lowered : swap(lowered)
  const checksum = view.getUint16(tcp + tcpAt.checksum, true)
  view.setUint16(tcp + tcpAt.checksum, ~fold((~checksum & 0xffff) + (~old & 0xffff) + now), true)
}

/** Where the MSS stands; -1 when there is none, or the options make no sense before it. */
function findMss(view: DataView, at: number, end: number): number {
  while (at < end) {
    const kind = view.getUint8(at)
    if (kind === option.end) return -1
    if (kind === option.noOperation) {
      at += 1
      continue
    }
    if (at + 2 > end) return -1
    const length = view.getUint8(at + 1)
    if (length < 2 || at + length > end) return -1
    if (kind === option.mss) return length === option.mssLength ? at + 2 : -1
    at += length
  }
  return -1
}
