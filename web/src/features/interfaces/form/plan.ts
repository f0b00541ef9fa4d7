import type { InterfaceWanted, Route } from "@tundeck/shared"

/** What creating an interface does, in the kernel's words and in those of `ip`. */
export interface Plan {
  calls: readonly string[]
  commands: readonly string[]
}

type Wish = Omit<InterfaceWanted, "heal" | "ignoreDrift">

const freshMtu = 1500

/** The order is the engine's: what belongs to the device, then MAC, MTU, bridge, addresses, up, and routes last. */
export function planInterface(wish: Wish): Plan {
  return {
    calls: [...deviceCalls(wish), ...networkCalls(wish)],
    commands: [...deviceCommands(wish), ...networkCommands(wish)],
  }
}

function deviceCalls(wish: Wish): string[] {
  return [
    `fd = open("/dev/net/tun", O_RDWR)`,
    `ioctl(fd, TUNSETIFF, {"${wish.name}", ${flagsOf(wish).join(" | ")}})`,
    ...(wish.owner === null ? [] : [`ioctl(fd, TUNSETOWNER, ${idOf("uid", wish.owner)})`]),
    ...(wish.group === null ? [] : [`ioctl(fd, TUNSETGROUP, ${idOf("gid", wish.group)})`]),
    ...(wish.persistent ? ["ioctl(fd, TUNSETPERSIST, 1)"] : []),
  ]
}

function flagsOf({ kind, packetInfo, vnetHeader, multiQueue }: Wish): string[] {
  return [
    kind === "tun" ? "IFF_TUN" : "IFF_TAP",
    ...(packetInfo ? [] : ["IFF_NO_PI"]),
    ...(vnetHeader ? ["IFF_VNET_HDR"] : []),
    ...(multiQueue ? ["IFF_MULTI_QUEUE"] : []),
  ]
}

function idOf(what: "uid" | "gid", account: string | number): string {
  return typeof account === "number" ? String(account) : `${what} of ${account}`
}

function networkCalls({ mac, mtu, bridge, addresses, up, routes }: Wish): string[] {
  return [
    ...(mac === null ? [] : [`ioctl(fd, SIOCSIFHWADDR, ${mac})`]),
    ...(mtu === freshMtu ? [] : [`rtnetlink RTM_NEWLINK  IFLA_MTU ${mtu}`]),
    ...(bridge === null ? [] : [`rtnetlink RTM_NEWLINK  IFLA_MASTER ${bridge}`]),
    ...addresses.map((address) => `rtnetlink RTM_NEWADDR  ${address}`),
    ...(up ? ["rtnetlink RTM_NEWLINK  IFF_UP"] : []),
    // Routes need the link up: on an interface that stays down they wait.
    ...(up ? routes.map((route) => `rtnetlink RTM_NEWROUTE ${routeWords(route)}`) : []),
  ]
}

function deviceCommands({ name, kind, persistent, owner, group, packetInfo, vnetHeader, multiQueue }: Wish): string[] {
  // `ip` has no word for a transient interface: it makes persistent ones only.
  if (!persistent) return []
  const words = [
    `ip tuntap add dev ${name} mode ${kind}`,
    ...(owner === null ? [] : [`user ${owner}`]),
    ...(group === null ? [] : [`group ${group}`]),
    ...(packetInfo ? ["pi"] : []),
    ...(vnetHeader ? ["vnet_hdr"] : []),
    ...(multiQueue ? ["multi_queue"] : []),
  ]
  return [words.join(" ")]
}

function networkCommands({ name, mac, mtu, bridge, addresses, up, routes }: Wish): string[] {
  return [
    ...(mac === null ? [] : [`ip link set ${name} address ${mac}`]),
    ...(mtu === freshMtu ? [] : [`ip link set ${name} mtu ${mtu}`]),
    ...(bridge === null ? [] : [`ip link set ${name} master ${bridge}`]),
    ...addresses.map((address) => `ip address add ${address} dev ${name}`),
    ...(up ? [`ip link set ${name} up`] : []),
    ...(up ? routes.map((route) => `ip route add ${routeWords(route, name)}`) : []),
  ]
}

function routeWords({ destination, gateway, metric }: Route, device?: string): string {
  return [
    destination,
    ...(gateway === undefined ? [] : [`via ${gateway}`]),
    ...(device === undefined ? [] : [`dev ${device}`]),
    ...(metric === undefined ? [] : [`metric ${metric}`]),
  ].join(" ")
}
