// linux/if_tun.h, the flags of TUNSETIFF and TUNGETIFF. IFF_NAPI and IFF_NAPI_FRAGS are absent on purpose: they let
// a frame reach the kernel's header parser in pieces (CVE-2024-41090), and nothing here needs them.
export const tunFlags = {
  tun: 0x0001, // IFF_TUN
  tap: 0x0002, // IFF_TAP
  multiQueue: 0x0100, // IFF_MULTI_QUEUE
  attachQueue: 0x0200, // IFF_ATTACH_QUEUE
  detachQueue: 0x0400, // IFF_DETACH_QUEUE
  persistent: 0x0800, // IFF_PERSIST, answered only
  noPacketInformation: 0x1000, // IFF_NO_PI
  vnetHeader: 0x4000, // IFF_VNET_HDR
  exclusive: 0x8000, // IFF_TUN_EXCL
} as const

/** linux/if_tun.h: TUN_F_CSUM and so on, what TUNSETOFFLOAD takes. USO4 and USO6 only go together. */
export const tunOffload = {
  checksum: 0x01,
  tcp4: 0x02,
  tcp6: 0x04,
  tcpEcn: 0x08,
  udpFragmentation: 0x10,
  udp4: 0x20,
  udp6: 0x40,
} as const

export type TunKind = "tun" | "tap"

export type TunAttachment = {
  kind: TunKind
  packetInfo: boolean
  vnetHeader: boolean
  multiQueue: boolean
  /** Fail with EBUSY where the name exists already (IFF_TUN_EXCL). */
  exclusive?: boolean
}

export function encodeTunFlags(attachment: TunAttachment): number {
  return (
    (attachment.kind === "tun" ? tunFlags.tun : tunFlags.tap) |
    (attachment.packetInfo ? 0 : tunFlags.noPacketInformation) |
    (attachment.vnetHeader ? tunFlags.vnetHeader : 0) |
    (attachment.multiQueue ? tunFlags.multiQueue : 0) |
    (attachment.exclusive ? tunFlags.exclusive : 0)
  )
}

/**
 * What TUNGETIFF tells. Not the packet information: its bit is also IFF_NOFILTER there, set on every fd without a packet
 * filter. rtnetlink tells it (`TunLink.packetInfo`).
 */
export type TunState = {
  kind: TunKind
  vnetHeader: boolean
  multiQueue: boolean
  persistent: boolean
}

export function decodeTunFlags(flags: number): TunState {
  return {
    kind: (flags & tunFlags.tap) === 0 ? "tun" : "tap",
    vnetHeader: (flags & tunFlags.vnetHeader) !== 0,
    multiQueue: (flags & tunFlags.multiQueue) !== 0,
    persistent: (flags & tunFlags.persistent) !== 0,
  }
}
