import { dontFragment, ipv4At, ipv6At, protocol, tcpAt, udpAt } from "./header-fields.ts"

// IEEE 802.3, 802.1Q, 802.1ad
const ethernetHeader = 14
const vlanTag = 4
const mostVlanTags = 2
const etherType = { at: 12, ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const

/** RFC 8200: extension headers that a segment may have. Each says the next one's kind, then its own length in 8 bytes less one. */
const extension = { hopByHop: 0, routing: 43, destination: 60 } as const
const mostExtensions = 8

/**
 * The headers of one TCP or UDP packet that is no fragment: an Ethernet header with at most two VLAN tags, IPv4 with its
 * options or IPv6 with its extension headers, TCP with its options or UDP. `read` finds out where they are, and all of
 * them lie within the packet. One object serves every packet in turn.
 */
export class PacketHeaders {
  /** Bytes of the link header: none on tun. */
  link = 0
  isIpv4 = false
  /** Bytes of the IP header with its options or extension headers. */
  ip = 0
  /** The IP header has neither options nor extension headers. */
  isPlain = false
  /** Bytes of the IP packet as its header tells. */
  ipLength = 0
  isTcp = false
  /** Bytes of the TCP header with its options, or of the UDP header. */
  transport = 0

  /** Bytes of all headers: the payload begins there. */
  get size(): number {
    return this.link + this.ip + this.transport
  }

  /** Of the TCP or UDP header, from the packet's first byte. */
  get transportAt(): number {
    return this.link + this.ip
  }

  /** Of the checksum, from the beginning of the TCP or UDP header. */
  get checksumOffset(): number {
    return this.isTcp ? tcpAt.checksum : udpAt.checksum
  }

  /** False for every other packet; the fields then mean nothing. */
  read(view: DataView, at: number, length: number, isEthernet: boolean): boolean {
    const end = at + length
    if (end > view.byteLength) return false
    if (!this.#readLink(view, at, end, isEthernet)) return false
    const network = at + this.link
    const kind = this.isIpv4 ? this.#readIpv4(view, network) : this.#readIpv6(view, network, end)
    // What follows must fit, and with it all that is before.
    const transport = network + this.ip
    if (kind === protocol.udp) {
      this.isTcp = false
      this.transport = udpAt.size
      return transport + udpAt.size <= end
    }
    if (kind !== protocol.tcp || transport + tcpAt.size > end) return false
    this.isTcp = true
    this.transport = (view.getUint8(transport + tcpAt.dataOffset) >> 4) * 4
    return this.transport >= tcpAt.size && transport + this.transport <= end
  }

  #readLink(view: DataView, at: number, end: number, isEthernet: boolean): boolean {
    this.link = 0
    if (isEthernet) {
      let link = ethernetHeader
      if (at + link > end) return false
      let type = view.getUint16(at + etherType.at)
      for (let tags = 0; type === etherType.vlan || type === etherType.serviceVlan; tags++) {
        link += vlanTag
        if (tags === mostVlanTags || at + link > end) return false
        type = view.getUint16(at + link - 2)
      }
      if (type !== etherType.ipv4 && type !== etherType.ipv6) return false
      this.link = link
      this.isIpv4 = type === etherType.ipv4
    }
    if (at + this.link + ipv4At.size > end) return false
    const version = view.getUint8(at + this.link) >> 4
    if (!isEthernet) this.isIpv4 = version === 4
    return version === (this.isIpv4 ? 4 : 6)
  }

  /** Answers the protocol; -1 for a fragment and for a header below its least. */
  #readIpv4(view: DataView, at: number): number {
    this.ip = (view.getUint8(at) & 0xf) * 4
    this.isPlain = this.ip === ipv4At.size
    this.ipLength = view.getUint16(at + ipv4At.length)
    if (this.ip < ipv4At.size) return -1
    return (view.getUint16(at + ipv4At.fragment) & ~dontFragment) === 0 ? view.getUint8(at + ipv4At.protocol) : -1
  }

  /** Answers the protocol; -1 where extension headers do not fit. `end` is at least 20 bytes away. */
  #readIpv6(view: DataView, at: number, end: number): number {
    this.ip = ipv6At.size
    this.isPlain = true
    this.ipLength = view.getUint16(at + ipv6At.payloadLength) + ipv6At.size
    let kind = view.getUint8(at + ipv6At.nextHeader)
    for (let count = 0; isExtension(kind); count++) {
      if (count === mostExtensions || at + this.ip + 8 > end) return -1
      this.isPlain = false
      kind = view.getUint8(at + this.ip)
      this.ip += (view.getUint8(at + this.ip + 1) + 1) * 8
    }
    return kind
  }
}

function isExtension(kind: number): boolean {
  return kind === extension.hopByHop || kind === extension.routing || kind === extension.destination
}
