// linux/netlink.h: NLMSG_*; linux/rtnetlink.h: RTM_*
export const messageType = {
  NLMSG_ERROR: 2,
  NLMSG_DONE: 3,
  RTM_NEWLINK: 16,
  RTM_DELLINK: 17,
  RTM_GETLINK: 18,
  RTM_NEWADDR: 20,
  RTM_DELADDR: 21,
  RTM_GETADDR: 22,
  RTM_NEWROUTE: 24,
  RTM_DELROUTE: 25,
  RTM_GETROUTE: 26,
  RTM_GETNEIGH: 30,
} as const

export type RequestName = Exclude<keyof typeof messageType, `NLMSG_${string}`>

/** linux/netlink.h: NLM_F_*. Some bits mean one thing in a request and another in an answer. */
export const messageFlag = {
  request: 0x1,
  acknowledge: 0x4,
  dumpInterrupted: 0x10,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  answerCapped: 0x100, // the request is not repeated after its header
  answerAttributes: 0x200, // extended acknowledgement attributes follow
} as const

/** linux/rtnetlink.h: RTMGRP_*, as bits of sockaddr_nl.nl_groups. */
export const multicastGroup = {
  link: 0x1,
  ipv4Address: 0x10,
  ipv4Route: 0x40,
  ipv6Address: 0x100,
  ipv6Route: 0x400,
} as const
