// linux/rtnetlink.h: struct ifinfomsg { u8 family; u8 pad; u16 type; s32 index; u32 flags; u32 change }
export const linkHeader = { family: 0, index: 4, flags: 8, change: 12, size: 16 } as const

// linux/if_link.h: IFLA_*
export const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  MASTER: 10,
  TXQLEN: 13,
  OPERSTATE: 16,
  LINKINFO: 18,
  NET_NS_PID: 19,
  STATS64: 23,
  NET_NS_FD: 28,
  CARRIER: 33,
} as const
export const IFLA_INFO = { KIND: 1, DATA: 2 } as const // linux/if_link.h

export const interfaceUp = 0x1 // linux/if.h: IFF_UP
