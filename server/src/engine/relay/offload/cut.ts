import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { isGsoTypeOf } from "./gso-kind.ts"
import { ipv4At, ipv6At, tcpAt, tcpFlag, udpAt } from "./header-fields.ts"
import { fold, swap } from "./ones-complement.ts"
import { PacketHeaders } from "./packet-headers.ts"
import { sumPseudoHeader } from "./pseudo-header.ts"

/** Answers of `cutTrain` beside an offset. */
export const noTrain = -1
export const noRoom = -2

const headers = new PacketHeaders()

/**
 * Cuts entry `i` of `from`, a segment train as the device gave it (one TCP or UDP packet of up to 64 KB), into packets
 * that the wire takes, as the kernel's own segmentation would: IPv4 length, id and checksum, IPv6 payload length, TCP
 * sequence, CWR on the first alone, FIN and PSH on the last alone, UDP length, and every checksum complete.
 *
 * They are written from `at` on, each behind `headroom` free bytes, and appended to `to` for the same peer. The train
 * itself stays as it is; it must not lie between `at` and `limit`, where the room ends.
 *
 * Answers the offset behind the last packet; `noTrain` for what cannot be cut however much room there is; `noRoom` when
 * there is too little behind `at` or in `to`. After either nothing was written or appended.
 */
export function cutTrain(
  memory: RelayMemory,
  from: Batch,
  i: number,
  isEthernet: boolean,
  to: Batch,
  at: number,
  headroom: number,
  limit: number,
): number {
  const { view } = memory
  const train = from.at[i] ?? 0
  const length = from.length[i] ?? 0
  const gsoSize = from.gsoSize[i] ?? 0
  if (gsoSize === 0 || !headers.read(view, train, length, isEthernet)) return noTrain
  if (!isGsoTypeOf(from.gsoType[i] ?? 0, headers)) return noTrain
  const { link, ip, transport, isIpv4, isTcp, size: header } = headers
  const payload = length - header
  const segments = Math.ceil(payload / gsoSize)
  if (segments === 0 || segments > to.capacity) return noTrain
  const pseudo = pseudoHeader(memory, from, i, train, length)
  if (pseudo < 0) return noTrain
  if (to.count + segments > to.capacity) return noRoom
  if (at + segments * (headroom + header) + payload > Math.min(limit, view.byteLength)) return noRoom

  // What all packets have in common is summed once; what differs is added for each.
  const network = train + link
  const segment = network + ip
  const ipSum = isIpv4 ? sumConstantIpv4(memory, network, ip) : 0
  const sum = pseudo + (isTcp ? sumConstantTcp(memory, segment, transport) : memory.sum(segment, udpAt.length))
  const firstId = isIpv4 ? view.getUint16(network + ipv4At.id) : 0
  const sequenceAt = isTcp ? segment + tcpAt.sequence : segment
  const firstSequence = view.getUint32(sequenceAt)
  const offsetAndFlags = isTcp ? view.getUint16(segment + tcpAt.dataOffset) : 0
  const peer = from.peer[i] ?? 0

  for (let n = 0, done = 0; n < segments; n++, done += gsoSize) {
    const size = Math.min(gsoSize, payload - done)
    const packet = at + headroom
    const ipHeader = packet + link
    const own = ipHeader + ip
    memory.copy(packet, train, header)
    let ownSum = sum + memory.copyAndSum(packet + header, train + header + done, size) + swap(transport + size)
    if (isIpv4) {
      const ipLength = ip + transport + size
      const id = (firstId + n) & 0xffff
      view.setUint16(ipHeader + ipv4At.length, ipLength)
      view.setUint16(ipHeader + ipv4At.id, id)
      view.setUint16(ipHeader + ipv4At.checksum, ~fold(ipSum + swap(ipLength) + swap(id)), true)
    } else {
      view.setUint16(ipHeader + ipv6At.payloadLength, ip - ipv6At.size + transport + size)
    }
    if (isTcp) {
      const sequence = (firstSequence + done) | 0
      let flags = offsetAndFlags
      if (n > 0) flags &= ~tcpFlag.cwr
      if (n < segments - 1) flags &= ~(tcpFlag.fin | tcpFlag.psh)
      ownSum += swap(sequence >>> 16) + swap(sequence) + swap(flags)
      view.setInt32(own + tcpAt.sequence, sequence)
      view.setUint16(own + tcpAt.dataOffset, flags)
      view.setUint16(own + tcpAt.checksum, ~fold(ownSum), true)
    } else {
      // RFC 768: a checksum of 0 means that there is none; the other zero stands for it.
      const checksum = ~fold(ownSum + swap(transport + size)) & 0xffff
      view.setUint16(own + udpAt.length, transport + size)
      view.setUint16(own + udpAt.checksum, checksum === 0 ? 0xffff : checksum, true)
    }
    to.add(packet, header + size, peer)
    at = packet + header + size
  }
  return at
}

/**
 * The pseudo header's sum but for its length; -1 when it cannot be told. With options or extension headers the
 * destination may be another than the header's: there it is taken out of the open checksum, as the kernel's own
 * segmentation does.
 */
function pseudoHeader(memory: RelayMemory, from: Batch, i: number, train: number, length: number): number {
  const { link, isPlain, transportAt, checksumOffset } = headers
  if (isPlain) return sumPseudoHeader(memory, train + link, headers)
  if (from.checksumStart[i] !== transportAt || from.checksumOffset[i] !== checksumOffset) return -1
  const open = memory.view.getUint16(train + transportAt + checksumOffset, true)
  return open + (~swap(length - transportAt) & 0xffff)
}

/** Of an IPv4 header, without length, id and checksum. */
function sumConstantIpv4(memory: RelayMemory, at: number, length: number): number {
  return (
    memory.sum(at, ipv4At.length) +
    memory.sum(at + ipv4At.fragment, ipv4At.checksum - ipv4At.fragment) +
    memory.sum(at + ipv4At.source, length - ipv4At.source)
  )
}

/** Of a TCP header, without sequence number, data offset, flags and checksum. */
function sumConstantTcp(memory: RelayMemory, at: number, length: number): number {
  return (
    memory.sum(at, tcpAt.sequence) +
    memory.sum(at + tcpAt.acknowledgement, tcpAt.dataOffset - tcpAt.acknowledgement) +
    memory.sum(at + tcpAt.window, tcpAt.checksum - tcpAt.window) +
    memory.sum(at + tcpAt.urgent, length - tcpAt.urgent)
  )
}
