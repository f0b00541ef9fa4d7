import { type Arena, sys } from "@tundeck/native-bindings"
import { lengthBytes } from "../frame.ts"
import { fold, sumBytes, sumTcpPseudoHeader, writeIpv4Checksum } from "./checksum.ts"
import { ipv4At, ipv6At, linkHeaderLength, plainTcpIpHeader, tcpAt, tcpFlag, tcpHeaderLength } from "./tcp-segment.ts"

/**
 * Cuts a segment train (one TCP packet of up to 64 KB, as the kernel hands it over with IFF_VNET_HDR) into packets that
 * the wire takes, as the kernel's own segmentation would: IPv4 length, id and checksum, IPv6 payload length, TCP
 * sequence, CWR on the first alone, FIN and PSH on the last alone, and every checksum complete.
 *
 * Each is written to `to` behind its length word. Answers where they end; -1 for what is no train that we cut: then
 * nothing was promised of `to`.
 */
export function splitTrain(
  from: Arena,
  at: number,
  length: number,
  isEthernet: boolean,
  gsoSize: number,
  to: Arena,
  end: number,
): number {
  const view = from.view
  const link = linkHeaderLength(view, at, length, isEthernet)
  if (link < 0 || gsoSize === 0) return -1
  const network = at + link
  const ip = plainTcpIpHeader(view, network, length - link)
  if (ip === 0) return -1
  const tcp = tcpHeaderLength(view, network + ip, length - link - ip)
  if (tcp === 0) return -1
  const header = link + ip + tcp
  const payload = length - header
  const segments = Math.ceil(payload / gsoSize)
  if (segments === 0 || end + segments * (lengthBytes + header) + payload > to.size) return -1

  const isIpv4 = ip === ipv4At.size
  const firstId = isIpv4 ? view.getUint16(network + ipv4At.id) : 0
  const firstSequence = view.getUint32(network + ip + tcpAt.sequence)
  const flags = view.getUint8(network + ip + tcpAt.flags)
  for (let i = 0, done = 0; i < segments; i++, done += gsoSize) {
    const size = Math.min(gsoSize, payload - done)
    const frame = end + lengthBytes
    const packet = frame + link
    const segment = packet + ip
    to.view.setUint16(end, header + size)
    sys.copy(to.address + frame, from.address + at, header)
    sys.copy(to.address + frame + header, from.address + at + header + done, size)
    if (isIpv4) {
      to.view.setUint16(packet + ipv4At.length, ip + tcp + size)
      to.view.setUint16(packet + ipv4At.id, firstId + i)
      writeIpv4Checksum(to.view, packet, ip)
    } else {
      to.view.setUint16(packet + ipv6At.payloadLength, tcp + size)
    }
    to.view.setUint32(segment + tcpAt.sequence, firstSequence + done)
    let own = flags
    if (i > 0) own &= ~tcpFlag.cwr
    if (i < segments - 1) own &= ~(tcpFlag.fin | tcpFlag.psh)
    to.view.setUint8(segment + tcpAt.flags, own)
    to.view.setUint16(segment + tcpAt.checksum, 0)
    const sum = sumTcpPseudoHeader(to.view, packet, isIpv4, tcp + size) + sumBytes(to.view, segment, tcp + size)
    to.view.setUint16(segment + tcpAt.checksum, ~fold(sum) & 0xffff, true)
    end = frame + header + size
  }
  return end
}
