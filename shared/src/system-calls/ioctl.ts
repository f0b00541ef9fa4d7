import { flags, type Members, macAddress, named, s32, text, u16, unused } from "./part.ts"

// linux/if_tun.h
export const tunFlag = {
  tun: 0x1,
  tap: 0x2,
  multiQueue: 0x100,
  noPacketInformation: 0x1000,
  vnetHeader: 0x4000,
  exclusive: 0x8000,
} as const

const tunFlags = [
  [tunFlag.tun, "IFF_TUN"],
  [tunFlag.tap, "IFF_TAP"],
  [tunFlag.multiQueue, "IFF_MULTI_QUEUE"],
  [0x200, "IFF_ATTACH_QUEUE"],
  [0x400, "IFF_DETACH_QUEUE"],
  [0x800, "IFF_PERSIST"],
  [tunFlag.noPacketInformation, "IFF_NO_PI"],
  [tunFlag.vnetHeader, "IFF_VNET_HDR"],
  [tunFlag.exclusive, "IFF_TUN_EXCL"],
] as const

const offloads = [
  [0x01, "TUN_F_CSUM"],
  [0x02, "TUN_F_TSO4"],
  [0x04, "TUN_F_TSO6"],
  [0x08, "TUN_F_TSO_ECN"],
  [0x10, "TUN_F_UFO"],
  [0x20, "TUN_F_USO4"],
  [0x40, "TUN_F_USO6"],
] as const

/** linux/if.h: struct ifreq, 40 bytes. */
const flagsRequest: Members = [
  ["ifr_name", 0, 16, text],
  ["ifr_flags", 16, 2, flags(tunFlags, u16)],
  ["rest of the union", 18, 22, unused],
]

const hardwareRequest: Members = [
  ["ifr_name", 0, 16, text],
  ["ifr_hwaddr.sa_family", 16, 2, named({ 1: "ARPHRD_ETHER" }, u16)],
  ["ifr_hwaddr.sa_data", 18, 6, macAddress],
  ["rest of the union", 24, 16, unused],
]

const number: Members = [["value", 0, 4, s32]]

/** A number in a register: the kernel looks at the lower half. */
function register(read = s32): Members {
  return [["arg", 0, 8, read]]
}

/** linux/if_tun.h, linux/sockios.h: what stands in an ioctl's argument, by its name. */
export const ioctls: Readonly<Record<string, Members>> = {
  TUNSETIFF: flagsRequest,
  TUNSETPERSIST: register(),
  TUNSETOWNER: register(),
  TUNSETGROUP: register(),
  TUNSETOFFLOAD: register(flags(offloads, s32)),
  TUNSETSNDBUF: number,
  TUNSETVNETHDRSZ: number,
  TUNSETQUEUE: flagsRequest,
  TUNSETCARRIER: number,
  SIOCSIFHWADDR: hardwareRequest,
}
