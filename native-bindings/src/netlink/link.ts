import { formatMacAddress } from "../address/mac-address.ts"
import { type Attributes, readAttributes, viewOf } from "./attributes.ts"
import { IFLA, IFLA_INFO, interfaceUp, linkHeader } from "./link-layout.ts"

const IFLA_TUN = {
  OWNER: 1,
  GROUP: 2,
  TYPE: 3,
  PI: 4,
  VNET_HDR: 5,
  PERSIST: 6,
  MULTI_QUEUE: 7,
  NUM_QUEUES: 8,
  NUM_DISABLED_QUEUES: 9,
} as const // linux/if_link.h

const isLowerUp = 0x10000 // linux/if.h: IFF_LOWER_UP
const tapType = 2 // linux/if_tun.h: IFF_TAP

// linux/if.h: IF_OPER_*, in order
const operationalStates = ["unknown", "not-present", "down", "lower-layer-down", "testing", "dormant", "up"] as const
export type OperationalState = (typeof operationalStates)[number]

/** What the kernel tells of a tun or tap. An owner or group that is not set is undefined. */
export type TunLink = {
  kind: "tun" | "tap"
  owner: number | undefined
  group: number | undefined
  packetInfo: boolean
  vnetHeader: boolean
  persistent: boolean
  multiQueue: boolean
  /** Only told of a multi-queue interface. */
  queues: number | undefined
  disabledQueues: number | undefined
}

/** Counters as the host sees them: sent is what it gave to the interface. Exact up to 2^53. */
export type LinkStatistics = {
  receivedPackets: number
  sentPackets: number
  receivedBytes: number
  sentBytes: number
  receiveErrors: number
  sendErrors: number
  receiveDropped: number
  sendDropped: number
}

export type Link = {
  index: number
  name: string
  mtu: number
  /** Absent on a tun, which has none. */
  mac: string | undefined
  /** linux/if.h: IFF_* */
  flags: number
  /** Somebody set it up. */
  up: boolean
  /** Up, with a carrier. */
  lowerUp: boolean
  /** For a tun or tap: somebody holds it. Told of a link that is down, too. */
  carrier: boolean
  operationalState: OperationalState
  /** The index of the bridge that it is a port of. */
  master: number | undefined
  /** `tun` (for tap as well), `veth`, `bridge`; undefined for hardware and `lo`. */
  kind: string | undefined
  tun: TunLink | undefined
  transmitQueueLength: number
  statistics: LinkStatistics | undefined
}

/** undefined when the payload is cut, and for a bridge's port messages (AF_BRIDGE), which look alike. */
export function decodeLink(payload: Uint8Array): Link | undefined {
  if (payload.length < linkHeader.size || payload[linkHeader.family] !== 0) return
  const view = viewOf(payload)
  const attributes = readAttributes(payload.subarray(linkHeader.size))
  const name = attributes.text(IFLA.IFNAME)
  if (name === undefined) return
  const mac = attributes.bytes(IFLA.ADDRESS)
  const flags = view.getUint32(linkHeader.flags, true)
  const info = attributes.nested(IFLA.LINKINFO)
  const kind = info.text(IFLA_INFO.KIND)
  return {
    index: view.getInt32(linkHeader.index, true),
    name,
    mtu: attributes.u32(IFLA.MTU) ?? 0,
    mac: mac?.length === 6 ? formatMacAddress(mac) : undefined,
    flags,
    up: (flags & interfaceUp) !== 0,
    lowerUp: (flags & isLowerUp) !== 0,
    carrier: attributes.u8(IFLA.CARRIER) === 1,
    operationalState: operationalStates[attributes.u8(IFLA.OPERSTATE) ?? 0] ?? "unknown",
    master: attributes.u32(IFLA.MASTER),
    kind,
    tun: kind === "tun" ? decodeTunLink(info.nested(IFLA_INFO.DATA)) : undefined,
    transmitQueueLength: attributes.u32(IFLA.TXQLEN) ?? 0,
    statistics: decodeStatistics(attributes.bytes(IFLA.STATS64)),
  }
}

function decodeTunLink(data: Attributes): TunLink {
  const isSet = (type: number) => (data.u8(type) ?? 0) !== 0
  return {
    kind: data.u8(IFLA_TUN.TYPE) === tapType ? "tap" : "tun",
    owner: data.u32(IFLA_TUN.OWNER),
    group: data.u32(IFLA_TUN.GROUP),
    packetInfo: isSet(IFLA_TUN.PI),
    vnetHeader: isSet(IFLA_TUN.VNET_HDR),
    persistent: isSet(IFLA_TUN.PERSIST),
    multiQueue: isSet(IFLA_TUN.MULTI_QUEUE),
    queues: data.u32(IFLA_TUN.NUM_QUEUES),
    disabledQueues: data.u32(IFLA_TUN.NUM_DISABLED_QUEUES),
  }
}

/** linux/if_link.h: struct rtnl_link_stats64, its first eight counters. */
function decodeStatistics(bytes: Uint8Array | undefined): LinkStatistics | undefined {
  if (bytes === undefined || bytes.length < 64) return
  const view = viewOf(bytes)
  const counter = (index: number) => Number(view.getBigUint64(index * 8, true))
  return {
    receivedPackets: counter(0),
    sentPackets: counter(1),
    receivedBytes: counter(2),
    sentBytes: counter(3),
    receiveErrors: counter(4),
    sendErrors: counter(5),
    receiveDropped: counter(6),
    sendDropped: counter(7),
  }
}
