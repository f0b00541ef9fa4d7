/** Where things stand in a TCP segment over plain IPv4 or IPv6: no IP options, no extension headers, no fragments. */

// RFC 791, RFC 8200, RFC 9293
export const ipv4At = {
  tos: 1,
  length: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  size: 20,
} as const
export const ipv6At = { payloadLength: 4, nextHeader: 6, hopLimit: 7, source: 8, size: 40 } as const
export const tcpAt = {
  sequence: 4,
  acknowledgement: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgent: 18,
  size: 20,
} as const
export const tcpFlag = { fin: 1, psh: 8, ack: 0x10, cwr: 0x80 } as const
export const protocolTcp = 6
export const dontFragment = 0x4000
const versionAndPlainHeader = 0x45
const ethernetHeader = 14
const vlanTag = 4
const etherType = { at: 12, ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const

/** Bytes before the IP header: none on tun, an Ethernet header with at most one VLAN tag on tap; -1 when there is no IP behind it. */
export function linkHeaderLength(view: DataView, at: number, length: number, isEthernet: boolean): number {
  if (!isEthernet) return 0
  if (length <= ethernetHeader + vlanTag) return -1
  const type = view.getUint16(at + etherType.at)
  if (isIp(type)) return ethernetHeader
  if (type !== etherType.vlan && type !== etherType.serviceVlan) return -1
  return isIp(view.getUint16(at + etherType.at + vlanTag)) ? ethernetHeader + vlanTag : -1
}

function isIp(type: number): boolean {
  return type === etherType.ipv4 || type === etherType.ipv6
}

/** Bytes of the IP header; 0 when the packet of `length` bytes is no plain TCP segment. Bounds are checked here, once. */
export function plainTcpIpHeader(view: DataView, at: number, length: number): number {
  const first = view.getUint8(at)
  if (first === versionAndPlainHeader) {
    const isTcp = length >= ipv4At.size + tcpAt.size && view.getUint8(at + ipv4At.protocol) === protocolTcp
    return isTcp && (view.getUint16(at + ipv4At.fragment) & ~dontFragment) === 0 ? ipv4At.size : 0
  }
  if (first >> 4 !== 6 || length < ipv6At.size + tcpAt.size) return 0
  return view.getUint8(at + ipv6At.nextHeader) === protocolTcp ? ipv6At.size : 0
}

/** Bytes of the TCP header with its options; 0 when they do not fit. */
export function tcpHeaderLength(view: DataView, tcp: number, available: number): number {
  const length = (view.getUint8(tcp + tcpAt.dataOffset) >> 4) * 4
  return length >= tcpAt.size && length <= available ? length : 0
}
