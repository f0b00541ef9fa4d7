import { errno } from "../libc/errno.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import type { IpFamily } from "../socket/socket-address.ts"
import {
  type AddressRequest,
  decodeAddress,
  encodeAddress,
  encodeAddressDump,
  type InterfaceAddress,
} from "./address.ts"
import { openNetlinkClient } from "./client.ts"
import { decodeLink, type Link } from "./link.ts"
import {
  encodeBridge,
  encodeLinkChange,
  encodeLinkReference,
  encodeVeth,
  type LinkChange,
  type NamespaceTarget,
} from "./link-request.ts"
import { decodeNeighbourMac, encodeNeighbourLookup } from "./neighbour.ts"
import { messageFlag } from "./numbers.ts"
import {
  decodeRoute,
  encodeNewRoute,
  encodeRouteDeletion,
  encodeRouteDump,
  encodeRouteLookup,
  type Route,
  type RouteRequest,
  routeTable,
} from "./route.ts"

/**
 * The kernel's network configuration, in the namespace where `openRtnetlink` was called. Each call is one request that
 * blocks for microseconds. Failures are SyscallErrors named after the request (`RTM_NEWADDR: EEXIST`), with the kernel's
 * sentence as `detail`; malformed addresses are RangeErrors.
 */
export type Rtnetlink = {
  links(): Link[]
  linkByName(name: string): Link | undefined
  linkByIndex(index: number): Link | undefined
  /** Some of it may be done when it throws: the kernel applies attribute by attribute. */
  linkSet(change: LinkChange): void
  linkDelete(index: number): void
  linkAddVeth(name: string, peerName: string, peerTarget?: NamespaceTarget): void
  linkAddBridge(name: string): void
  /** Of one interface, or of all. */
  addresses(index?: number): InterfaceAddress[]
  /** EEXIST when it is there already. */
  addressAdd(address: AddressRequest): void
  addressDelete(address: AddressRequest): void
  /** Of one table, the main one by default; both families; of one interface, or of all. */
  routes(table?: number, interfaceIndex?: number): Route[]
  /** Which way this host sends to an address now, all tables and rules obeyed; undefined: none. Its own are of type `local`. */
  routeTo(address: string): Route | undefined
  /** EEXIST when there is one with this destination and metric. */
  routeAdd(route: RouteRequest): void
  routeReplace(route: RouteRequest): void
  /** ESRCH when nothing matches. */
  routeDelete(route: RouteRequest): void
  /** The MAC address of a neighbour on an interface, as far as the kernel has learnt or was told it; nothing is sent. */
  neighbourMac(index: number, address: string): string | undefined
  close(): void
}

export function openRtnetlink(): Rtnetlink {
  const client = openNetlinkClient()
  const createNew = messageFlag.create | messageFlag.exclusive

  function findLink(reference: { index?: number; name?: string }): Link | undefined {
    const answer = unless(errno.ENODEV, () => client.request("RTM_GETLINK", 0, encodeLinkReference(reference)))
    return decodeAll(answer ?? [], decodeLink)[0]
  }

  function dumpRoutes(family: IpFamily, table: number, index: number | undefined): Route[] {
    // A table that was never used does not exist (ENOENT), nor does a family that was switched off at boot, nor (ENODEV)
    // an interface that has just gone.
    const answer = unless(errno.ENODEV, () =>
      unless(errno.ENOENT, () =>
        unless(errno.EOPNOTSUPP, () => client.dump("RTM_GETROUTE", encodeRouteDump(family, table, index))),
      ),
    )
    // A kernel built without IPv6 answers with what it has.
    return decodeAll(answer ?? [], decodeRoute).filter((route) => route.family === family && route.table === table)
  }

  return {
    links: () => decodeAll(client.dump("RTM_GETLINK", encodeLinkReference({})), decodeLink),
    linkByName: (name) => findLink({ name }),
    linkByIndex: (index) => findLink({ index }),
    linkSet(change) {
      client.request("RTM_NEWLINK", 0, encodeLinkChange(change))
    },
    linkDelete(index) {
      client.request("RTM_DELLINK", 0, encodeLinkReference({ index }))
    },
    linkAddVeth(name, peerName, peerTarget = {}) {
      client.request("RTM_NEWLINK", createNew, encodeVeth(name, peerName, peerTarget))
    },
    linkAddBridge(name) {
      client.request("RTM_NEWLINK", createNew, encodeBridge(name))
    },
    addresses(index = 0) {
      const answer = unless(errno.ENODEV, () => client.dump("RTM_GETADDR", encodeAddressDump(index)))
      return decodeAll(answer ?? [], decodeAddress)
    },
    addressAdd(address) {
      client.request("RTM_NEWADDR", createNew, encodeAddress(address))
    },
    addressDelete(address) {
      client.request("RTM_DELADDR", 0, encodeAddress(address))
    },
    routes: (table = routeTable.main, index = undefined) => [
      ...dumpRoutes(4, table, index),
      ...dumpRoutes(6, table, index),
    ],
    routeTo(address) {
      const payload = encodeRouteLookup(address)
      const answer = unless(noWay, () => client.request("RTM_GETROUTE", 0, payload))
      return decodeAll(answer ?? [], decodeRoute)[0]
    },
    routeAdd(route) {
      client.request("RTM_NEWROUTE", createNew, encodeNewRoute(route))
    },
    routeReplace(route) {
      client.request("RTM_NEWROUTE", messageFlag.create | messageFlag.replace, encodeNewRoute(route))
    },
    routeDelete(route) {
      client.request("RTM_DELROUTE", 0, encodeRouteDeletion(route))
    },
    neighbourMac(index, address) {
      const payload = encodeNeighbourLookup(index, address)
      const answer = unless(noNeighbour, () => client.request("RTM_GETNEIGH", 0, payload))
      return decodeAll(answer ?? [], decodeNeighbourMac)[0]
    },
    close: () => client.close(),
  }
}

/** No route; unreachable, prohibit and blackhole ones. */
const noWay = [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EINVAL]

/** None such; the interface has just gone; a kernel before 5.0 answers no single lookup. */
const noNeighbour = [errno.ENOENT, errno.ENODEV, errno.EOPNOTSUPP]

function decodeAll<T>(payloads: Uint8Array[], decode: (payload: Uint8Array) => T | undefined): T[] {
  return payloads.map(decode).filter((item) => item !== undefined)
}

/** undefined where the kernel answers with this errno, or one of these. */
function unless<T>(numbers: number | readonly number[], act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof SyscallError && [numbers].flat().includes(error.errno)) return undefined
    throw error
  }
}
