import { networkOf, parsePrefix, prefixContains } from "./address.ts"
import type { Drift, DriftField, InterfaceActual, InterfaceWanted } from "./interface.ts"

type WantedAddresses = Pick<InterfaceWanted, "addresses">
type WantedRoutes = Pick<InterfaceWanted, "routes">
type ActualRoute = InterfaceActual["routes"][number]

/** What IPv6 writes for "the kernel's choice" (IP6_RT_PRIO_USER). */
const defaultMetric6 = 1024

/**
 * Where the kernel differs from the wish; empty when all is as wanted. The panel shows it, the engine heals by it.
 * packetInfo and vnetHeader are never compared: they belong to the attachment, not to the interface.
 */
export function compareInterface(wanted: InterfaceWanted, actual: InterfaceActual | null): Drift[] {
  const found: Drift[] = []
  const differs = (field: DriftField, wish: unknown, is: unknown) =>
    found.push({ field, wanted: wish, actual: is, ignored: wanted.ignoreDrift.includes(field) })

  if (actual === null) {
    differs("exists", true, false)
    return found
  }
  for (const field of ["kind", "persistent", "multiQueue", "mtu", "up"] as const) {
    if (wanted[field] !== actual[field]) differs(field, wanted[field], actual[field])
  }
  if (!sameAccount(wanted.owner, actual.owner, actual.ownerName)) {
    differs("owner", wanted.owner, actual.ownerName ?? actual.owner)
  }
  if (!sameAccount(wanted.group, actual.group, actual.groupName)) {
    differs("group", wanted.group, actual.groupName ?? actual.group)
  }
  for (const field of ["mac", "bridge"] as const) {
    if (wanted[field] !== null && wanted[field] !== actual[field]) differs(field, wanted[field], actual[field])
  }
  const addresses = comparableAddresses(wanted, actual)
  if (!sameSet(wanted.addresses, addresses)) differs("addresses", wanted.addresses, addresses)

  const routes = comparableRoutes(wanted, actual)
  // The kernel keeps no routes through an interface that is down: nothing is missing then.
  const missing = wanted.up ? wanted.routes.filter((wish) => !routes.some((is) => sameRoute(wish, is))) : []
  const extra = routes.filter((is) => !wanted.routes.some((wish) => sameRoute(wish, is)))
  if (missing.length + extra.length > 0) differs("routes", wanted.routes, routes)
  return found
}

/** The addresses to hold against the wish: without the link-local one that the kernel gives by itself. */
export function comparableAddresses(wanted: WantedAddresses, actual: InterfaceActual): string[] {
  return actual.addresses.filter((text) => wanted.addresses.includes(text) || !isOwnLinkLocal(text))
}

/** The routes to hold against the wish: without those that come with addresses, and multicast. */
export function comparableRoutes(wanted: WantedRoutes, actual: InterfaceActual): ActualRoute[] {
  const connected = new Set(["fe80::/64", ...actual.addresses.flatMap(networksOfAddress)])
  return actual.routes.filter(
    (is) =>
      wanted.routes.some((wish) => sameRoute(wish, is)) ||
      !((is.gateway === undefined && connected.has(is.destination)) || isMulticast(is.destination)),
  )
}

/** True when the kernel's route is the wanted one; a wish without a metric takes any. */
export function sameRoute(wish: ActualRoute, is: ActualRoute): boolean {
  if (wish.destination !== is.destination || wish.gateway !== is.gateway) return false
  if (wish.metric === undefined || wish.metric === (is.metric ?? 0)) return true
  return wish.metric === 0 && is.metric === defaultMetric6 && is.destination.includes(":")
}

function sameAccount(wish: string | number | null, id: number | null, name: string | null): boolean {
  return typeof wish === "string" ? wish === name : wish === id
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a)
  const right = new Set(b)
  return left.size === right.size && [...left].every((item) => right.has(item))
}

/** The network of an address and the address alone: the kernel makes routes for both. */
function networksOfAddress(text: string): string[] {
  const prefix = parsePrefix(text)
  if (prefix === undefined) return []
  return [networkOf(prefix), `${prefix.address}/${prefix.family === 4 ? 32 : 128}`]
}

const linkLocal = { address: "fe80::", length: 10, family: 6 } as const

function isOwnLinkLocal(text: string): boolean {
  const prefix = parsePrefix(text)
  return prefix !== undefined && prefix.length === 64 && prefixContains(linkLocal, prefix.address)
}

function isMulticast(network: string): boolean {
  const first = Number.parseInt(network, network.includes(":") ? 16 : 10)
  return network.includes(":") ? first >= 0xff00 : first >= 224 && first < 240
}
