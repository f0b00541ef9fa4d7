/** Where things stand in the headers of a TCP or UDP packet, as offsets from the beginning of each header. */

// RFC 791
export const ipv4At = {
  length: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  size: 20,
} as const
export const dontFragment = 0x4000

// RFC 8200
export const ipv6At = { payloadLength: 4, nextHeader: 6, source: 8, size: 40 } as const

// RFC 9293
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
export const tcpFlag = { fin: 1, syn: 2, psh: 8, ack: 0x10, cwr: 0x80 } as const

// RFC 768
export const udpAt = { length: 4, checksum: 6, size: 8 } as const

export const protocol = { tcp: 6, udp: 17 } as const
