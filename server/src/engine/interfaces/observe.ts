import {
  type InterfaceAddress,
  type Link,
  type Route,
  type Rtnetlink,
  routeTable,
  routeType,
} from "@tundeck/native-bindings"
import type { InterfaceActual } from "@tundeck/shared"
import type { Accounts } from "./accounts.ts"

/** Every tun and tap of the network namespace that `rtnetlink` was opened in, as the kernel holds it now. */
export function observeInterfaces(rtnetlink: Rtnetlink, accounts: AccountTables): InterfaceActual[] {
  const links = rtnetlink.links()
  const names = new Map(links.map((link) => [link.index, link.name]))
  return describe(links, rtnetlink, accounts, undefined, (index) => names.get(index))
}

/** One of them; undefined when there is none, or no tun or tap, of that name. */
export function observeInterface(rtnetlink: Rtnetlink, accounts: AccountTables, name: string) {
  const link = rtnetlink.linkByName(name)
  if (link?.tun === undefined) return undefined
  return describe([link], rtnetlink, accounts, link.index, (index) => rtnetlink.linkByIndex(index)?.name)[0]
}

export interface AccountTables {
  users: Accounts
  groups: Accounts
}

/** `only`: the index of the one link, when there is one. */
function describe(
  links: Link[],
  rtnetlink: Rtnetlink,
  accounts: AccountTables,
  only: number | undefined,
  linkName: (index: number) => string | undefined,
): InterfaceActual[] {
  const addresses = Map.groupBy(rtnetlink.addresses(only), (address) => address.index)
  const routes = Map.groupBy(rtnetlink.routes(routeTable.main, only), (route) => route.interfaceIndex)
  const user = memo((id: number) => accounts.users.nameOf(id) ?? null)
  const group = memo((id: number) => accounts.groups.nameOf(id) ?? null)

  return links.flatMap((link) => {
    const { tun } = link
    if (tun === undefined) return []
    return {
      index: link.index,
      name: link.name,
      kind: tun.kind,
      persistent: tun.persistent,
      owner: tun.owner ?? null,
      ownerName: tun.owner === undefined ? null : user(tun.owner),
      group: tun.group ?? null,
      groupName: tun.group === undefined ? null : group(tun.group),
      packetInfo: tun.packetInfo,
      vnetHeader: tun.vnetHeader,
      multiQueue: tun.multiQueue,
      mtu: link.mtu,
      mac: tun.kind === "tap" ? (link.mac ?? null) : null,
      addresses: (addresses.get(link.index) ?? []).map(addressOf),
      routes: (routes.get(link.index) ?? []).filter(isUnicast).map(routeOf),
      bridge: link.master ? (linkName(link.master) ?? null) : null,
      up: link.up,
      carrier: link.carrier,
      statistics: statisticsOf(link),
    }
  })
}

function addressOf({ address, prefixLength }: InterfaceAddress): string {
  return `${address}/${prefixLength}`
}

function isUnicast({ type }: Route): boolean {
  return type === routeType.unicast
}

function routeOf({ destination, gateway, metric }: Route): InterfaceActual["routes"][number] {
  return {
    destination,
    ...(gateway === undefined ? {} : { gateway }),
    ...(metric === undefined ? {} : { metric }),
  }
}

function statisticsOf({ statistics }: Link): InterfaceActual["statistics"] {
  return {
    receivedPackets: statistics?.receivedPackets ?? 0,
    receivedBytes: statistics?.receivedBytes ?? 0,
    receiveDropped: statistics?.receiveDropped ?? 0,
    receiveErrors: statistics?.receiveErrors ?? 0,
    sentPackets: statistics?.sentPackets ?? 0,
    sentBytes: statistics?.sentBytes ?? 0,
    sendDropped: statistics?.sendDropped ?? 0,
    sendErrors: statistics?.sendErrors ?? 0,
  }
}

function memo<T>(find: (id: number) => T): (id: number) => T {
  const known = new Map<number, T>()
  return (id) => {
    const before = known.get(id)
    if (before !== undefined) return before
    const found = find(id)
    known.set(id, found)
    return found
  }
}
