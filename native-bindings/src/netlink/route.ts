import { formatIpAddress, parseIpAddress } from "../address/ip-address.ts"
import { formatPrefix, parsePrefix } from "../address/prefix.ts"
import { addressFamily, familyNumber, type IpFamily } from "../socket/socket-address.ts"
import { attribute, concatenate, optional, readAttributes, u32Attribute, viewOf } from "./attributes.ts"

// linux/rtnetlink.h: struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags }
const header = { family: 0, destinationLength: 1, table: 4, protocol: 5, scope: 6, type: 7, size: 12 } as const
const RTA = { DST: 1, OIF: 4, GATEWAY: 5, PRIORITY: 6, PREFSRC: 7, TABLE: 15, VIA: 18 } as const // linux/rtnetlink.h

/** linux/rtnetlink.h: RT_TABLE_* */
export const routeTable = { unspecified: 0, main: 254, local: 255 } as const
/** linux/rtnetlink.h: RTPROT_*, who made the route */
export const routeProtocol = { unspecified: 0, kernel: 2, boot: 3, static: 4, routerAdvertisement: 9 } as const
/** linux/rtnetlink.h: RT_SCOPE_* */
export const routeScope = { universe: 0, link: 253, host: 254, nowhere: 255 } as const
/** linux/rtnetlink.h: RTN_* */
export const routeType = {
  unspecified: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  blackhole: 6,
  unreachable: 7,
} as const

/** Of several next hops (RTA_MULTIPATH) none is told: `interfaceIndex` and `gateway` are undefined then. */
export type Route = {
  family: IpFamily
  /** `10.0.0.0/8`; the default route is `0.0.0.0/0` or `::/0`. */
  destination: string
  gateway: string | undefined
  interfaceIndex: number | undefined
  metric: number | undefined
  preferredSource: string | undefined
  table: number
  protocol: number
  scope: number
  type: number
}

/** A unicast route. By default: the main table, protocol `static`, and the scope that the gateway implies. */
export type RouteRequest = {
  destination: string
  gateway?: string | undefined
  interfaceIndex?: number | undefined
  metric?: number | undefined
  preferredSource?: string | undefined
  table?: number
  protocol?: number
  scope?: number
}

export function decodeRoute(payload: Uint8Array): Route | undefined {
  if (payload.length < header.size) return
  const view = viewOf(payload)
  const number = view.getUint8(header.family)
  if (number !== addressFamily.inet && number !== addressFamily.inet6) return
  const family = number === addressFamily.inet ? 4 : 6
  const attributes = readAttributes(payload.subarray(header.size))
  const size = family === 4 ? 4 : 16
  const ip = (bytes: Uint8Array | undefined) => (bytes?.length === size ? formatIpAddress(bytes) : undefined)
  return {
    family,
    destination: formatPrefix({
      bytes: attributes.bytes(RTA.DST) ?? new Uint8Array(size),
      length: view.getUint8(header.destinationLength),
    }),
    gateway: ip(attributes.bytes(RTA.GATEWAY)) ?? decodeVia(attributes.bytes(RTA.VIA)),
    interfaceIndex: attributes.u32(RTA.OIF),
    metric: attributes.u32(RTA.PRIORITY),
    preferredSource: ip(attributes.bytes(RTA.PREFSRC)),
    // The header has room for 255 tables only.
    table: attributes.u32(RTA.TABLE) ?? view.getUint8(header.table),
    protocol: view.getUint8(header.protocol),
    scope: view.getUint8(header.scope),
    type: view.getUint8(header.type),
  }
}

/** linux/rtnetlink.h: struct rtvia { u16 family; u8 addr[] }, a gateway of the other family. */
function decodeVia(bytes: Uint8Array | undefined): string | undefined {
  const address = bytes?.subarray(2)
  return address?.length === 4 || address?.length === 16 ? formatIpAddress(address) : undefined
}

export function encodeNewRoute(request: RouteRequest): Uint8Array {
  const { destination, gateway, interfaceIndex } = request
  const isOnLink = gateway === undefined && interfaceIndex !== undefined && !destination.includes(":")
  return encodeRoute(request, {
    protocol: request.protocol ?? routeProtocol.static,
    scope: request.scope ?? (isOnLink ? routeScope.link : routeScope.universe),
    type: routeType.unicast,
  })
}

/** Matches by what the request names; what it leaves open matches anything. */
export function encodeRouteDeletion(request: RouteRequest): Uint8Array {
  return encodeRoute(request, {
    protocol: request.protocol ?? routeProtocol.unspecified,
    scope: request.scope ?? routeScope.nowhere,
    type: routeType.unspecified,
  })
}

/** Which way does the kernel send to this address? Throws RangeError on what is no address. */
export function encodeRouteLookup(address: string): Uint8Array {
  const destination = addressBytes(address)
  const bytes = new Uint8Array(header.size)
  bytes[header.family] = familyNumber(destination.length === 4 ? 4 : 6)
  bytes[header.destinationLength] = destination.length * 8
  return concatenate([bytes, attribute(RTA.DST, destination)])
}

/** For a dump of one table of one family; without an index, of all interfaces. */
export function encodeRouteDump(family: IpFamily, table: number, interfaceIndex: number | undefined): Uint8Array {
  const bytes = new Uint8Array(header.size)
  bytes[header.family] = familyNumber(family)
  return concatenate([
    bytes,
    u32Attribute(RTA.TABLE, table),
    optional(interfaceIndex, (index) => u32Attribute(RTA.OIF, index)),
  ])
}

/** The interface that a request names. */
export function outputInterface(payload: Uint8Array): number | undefined {
  return readAttributes(payload.subarray(header.size)).u32(RTA.OIF)
}

function encodeRoute(request: RouteRequest, kind: { protocol: number; scope: number; type: number }): Uint8Array {
  const prefix = parsePrefix(request.destination)
  if (prefix === undefined) throw new RangeError(`not a prefix: ${request.destination}`)
  const family = prefix.bytes.length === 4 ? 4 : 6
  const bytes = new Uint8Array(header.size)
  bytes[header.family] = familyNumber(family)
  bytes[header.destinationLength] = prefix.length
  bytes[header.protocol] = kind.protocol
  bytes[header.scope] = kind.scope
  bytes[header.type] = kind.type
  return concatenate([
    bytes,
    u32Attribute(RTA.TABLE, request.table ?? routeTable.main),
    prefix.length === 0 ? undefined : attribute(RTA.DST, prefix.bytes),
    optional(request.gateway, (gateway) => encodeGateway(gateway, prefix.bytes.length)),
    optional(request.interfaceIndex, (index) => u32Attribute(RTA.OIF, index)),
    optional(request.metric, (metric) => u32Attribute(RTA.PRIORITY, metric)),
    optional(request.preferredSource, (source) => attribute(RTA.PREFSRC, addressBytes(source))),
  ])
}

function encodeGateway(text: string, destinationSize: number): Uint8Array {
  const gateway = addressBytes(text)
  if (gateway.length === destinationSize) return attribute(RTA.GATEWAY, gateway)
  const family = new Uint8Array([familyNumber(gateway.length === 4 ? 4 : 6), 0])
  return attribute(RTA.VIA, concatenate([family, gateway]))
}

function addressBytes(text: string): Uint8Array {
  const bytes = parseIpAddress(text)
  if (bytes === undefined) throw new RangeError(`not an IP address: ${text}`)
  return bytes
}
