import { addressText } from "../model/address.ts"
import type { AttributeTable } from "./attributes.ts"
import {
  flags,
  hex,
  interfaceIndex,
  type Members,
  macAddress,
  named,
  type Read,
  text,
  u8,
  u16,
  u32,
  unused,
} from "./part.ts"

/** A value that is shorter than what stands in it is shown as bytes. */
function long(bytes: number, read: Read): Read {
  return (part, at, length) => (length < bytes ? hex(part, at, length) : read(part, at, length))
}

export const address: Read = (part, at, length) =>
  length === 4 || length === 16 ? addressText(part.bytes.subarray(at, at + length)) : hex(part, at, length)

/** linux/rtnetlink.h: struct rtvia { u16 family; u8 addr[] } */
const via: Read = (part, at, length) => address(part, at + 2, Math.max(0, length - 2))

const number = long(4, u32)
const index = long(4, interfaceIndex)

// linux/netlink.h: NLMSG_*; linux/rtnetlink.h: RTM_*
export const messageTypes = {
  2: "NLMSG_ERROR",
  3: "NLMSG_DONE",
  16: "RTM_NEWLINK",
  17: "RTM_DELLINK",
  20: "RTM_NEWADDR",
  21: "RTM_DELADDR",
  24: "RTM_NEWROUTE",
  25: "RTM_DELROUTE",
} as const

// linux/netlink.h: NLM_F_*
export const messageFlag = { replace: 0x100, exclusive: 0x200, create: 0x400 } as const
const requestFlags = [
  [0x1, "NLM_F_REQUEST"],
  [0x4, "NLM_F_ACK"],
  [messageFlag.replace, "NLM_F_REPLACE"],
  [messageFlag.exclusive, "NLM_F_EXCL"],
  [messageFlag.create, "NLM_F_CREATE"],
] as const
const deletionFlags = requestFlags.slice(0, 2)
const answerFlags = [
  [0x100, "NLM_F_CAPPED"],
  [0x200, "NLM_F_ACK_TLVS"],
] as const

function header(flagNames: Parameters<typeof flags>[0]): Members {
  return [
    ["nlmsg_len", 0, 4, u32],
    ["nlmsg_type", 4, 2, named(messageTypes, u16)],
    ["nlmsg_flags", 6, 2, flags(flagNames, u16)],
    ["nlmsg_seq", 8, 4, u32],
    ["nlmsg_pid", 12, 4, u32],
  ]
}
/** linux/netlink.h: struct nlmsghdr */
export const headers = {
  request: header(requestFlags),
  deletion: header(deletionFlags),
  answer: header(answerFlags),
} as const
export const headerSize = 16

const families = { 0: "AF_UNSPEC", 2: "AF_INET", 10: "AF_INET6" } as const
const linkFlags = [[0x1, "IFF_UP"]] as const // linux/if.h
const scopes = { 0: "RT_SCOPE_UNIVERSE", 253: "RT_SCOPE_LINK", 254: "RT_SCOPE_HOST", 255: "RT_SCOPE_NOWHERE" } as const
const protocols = { 0: "RTPROT_UNSPEC", 2: "RTPROT_KERNEL", 3: "RTPROT_BOOT", 4: "RTPROT_STATIC" } as const
const routeTypes = { 0: "RTN_UNSPEC", 1: "RTN_UNICAST", 2: "RTN_LOCAL", 6: "RTN_BLACKHOLE" } as const
const tables = { 0: "RT_TABLE_UNSPEC", 254: "RT_TABLE_MAIN", 255: "RT_TABLE_LOCAL" } as const
const table = named(tables, u32)

const addressFlags = [
  [0x02, "IFA_F_NODAD"],
  [0x80, "IFA_F_PERMANENT"],
  [0x200, "IFA_F_NOPREFIXROUTE"],
] as const // linux/if_addr.h

/** What stands behind the header of a message: its structure, then attributes. */
export interface Body {
  readonly structure: string
  readonly size: number
  readonly members: Members
  readonly attributes: AttributeTable
}

const link: Body = {
  structure: "struct ifinfomsg", // linux/rtnetlink.h
  size: 16,
  members: [
    ["ifi_family", 0, 1, named(families, u8)],
    ["padding", 1, 1, unused],
    ["ifi_type", 2, 2, u16],
    ["ifi_index", 4, 4, interfaceIndex],
    ["ifi_flags", 8, 4, flags(linkFlags, u32)],
    ["ifi_change", 12, 4, flags(linkFlags, u32)],
  ],
  // linux/if_link.h: IFLA_*
  attributes: {
    1: { name: "IFLA_ADDRESS", read: macAddress },
    3: { name: "IFLA_IFNAME", read: text },
    4: { name: "IFLA_MTU", read: number },
    10: { name: "IFLA_MASTER", read: index },
    13: { name: "IFLA_TXQLEN", read: number },
    18: {
      name: "IFLA_LINKINFO",
      inside: { 1: { name: "IFLA_INFO_KIND", read: text }, 2: { name: "IFLA_INFO_DATA" } },
    },
    19: { name: "IFLA_NET_NS_PID", read: number },
    28: { name: "IFLA_NET_NS_FD", read: number },
  },
}

const interfaceAddress: Body = {
  structure: "struct ifaddrmsg", // linux/if_addr.h
  size: 8,
  members: [
    ["ifa_family", 0, 1, named(families, u8)],
    ["ifa_prefixlen", 1, 1, u8],
    ["ifa_flags", 2, 1, flags(addressFlags, u8)],
    ["ifa_scope", 3, 1, named(scopes, u8)],
    ["ifa_index", 4, 4, interfaceIndex],
  ],
  attributes: {
    1: { name: "IFA_ADDRESS", read: address },
    2: { name: "IFA_LOCAL", read: address },
    3: { name: "IFA_LABEL", read: text },
    4: { name: "IFA_BROADCAST", read: address },
    8: { name: "IFA_FLAGS", read: long(4, flags(addressFlags, u32)) },
  },
}

const route: Body = {
  structure: "struct rtmsg", // linux/rtnetlink.h
  size: 12,
  members: [
    ["rtm_family", 0, 1, named(families, u8)],
    ["rtm_dst_len", 1, 1, u8],
    ["rtm_src_len", 2, 1, u8],
    ["rtm_tos", 3, 1, u8],
    ["rtm_table", 4, 1, named(tables, u8)],
    ["rtm_protocol", 5, 1, named(protocols, u8)],
    ["rtm_scope", 6, 1, named(scopes, u8)],
    ["rtm_type", 7, 1, named(routeTypes, u8)],
    ["rtm_flags", 8, 4, u32],
  ],
  attributes: {
    1: { name: "RTA_DST", read: address },
    4: { name: "RTA_OIF", read: index },
    5: { name: "RTA_GATEWAY", read: address },
    6: { name: "RTA_PRIORITY", read: number },
    7: { name: "RTA_PREFSRC", read: address },
    15: { name: "RTA_TABLE", read: long(4, table) },
    18: { name: "RTA_VIA", read: via },
  },
}

/** By nlmsg_type. */
export const bodies: Readonly<Record<number, Body>> = {
  16: link,
  17: link,
  20: interfaceAddress,
  21: interfaceAddress,
  24: route,
  25: route,
}

// linux/netlink.h: NLMSGERR_ATTR_*
export const errorAttributes: AttributeTable = {
  1: { name: "NLMSGERR_ATTR_MSG", read: text },
  2: { name: "NLMSGERR_ATTR_OFFS", read: number },
  3: { name: "NLMSGERR_ATTR_COOKIE" },
  4: { name: "NLMSGERR_ATTR_POLICY" },
}
