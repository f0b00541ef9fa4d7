/**
 * linux/virtio_net.h: struct virtio_net_hdr, ten bytes in host order, which on both our machines is little-endian. It
 * stands before each packet on an fd with IFF_VNET_HDR and says what is still to be done to it.
 */
export const virtioHeader = {
  flags: 0,
  gsoType: 1,
  headerLength: 2,
  gsoSize: 4,
  checksumStart: 6,
  checksumOffset: 8,
  size: 10,
} as const

/** The checksum field holds the pseudo header's sum; the rest is to be added. */
export const needsChecksum = 1

/** `udp`: VIRTIO_NET_HDR_GSO_UDP_L4, each of the train a datagram of its own. */
export const gsoType = { none: 0, tcp4: 1, tcp6: 4, udp: 5, ecnBit: 0x80 } as const
