// Wires between namespaces: a veth pair, or a bridge with many hosts on it.
import { createNamespace, type Namespace } from "./namespace.ts"
import { run } from "./process.ts"
import { until } from "./wait.ts"

/** Addresses with their prefix length, for the first and the second end. */
export interface VethOptions {
  v4?: readonly [string, string]
  v6?: readonly [string, string]
  mtu?: number
  /** The interface name in both namespaces. */
  name?: string
}

/** Joins two namespaces by a veth pair, up and addressed at both ends. */
export async function connectByVeth(a: Namespace, b: Namespace, options: VethOptions = {}): Promise<void> {
  const { v4, v6, mtu = 1500, name = "veth0" } = options
  const peer = ["peer", "name", name, "netns", b.name]
  await run("ip", ["-n", a.name, "link", "add", name, "mtu", `${mtu}`, "type", "veth", ...peer, "mtu", `${mtu}`])
  for (const [end, side] of [a, b].entries()) {
    for (const address of [v4?.[end], v6?.[end]]) if (address) await addAddress(side, name, address)
    await run("ip", ["-n", side.name, "link", "set", name, "up"])
  }
  if (v6) for (const side of [a, b]) await operational(side, name)
}

/** The kernel tells IPv6 of a carrier up to a second later; until then it answers no neighbour. */
async function operational(namespace: Namespace, link: string): Promise<void> {
  const isUp = async () => (await namespace.ip("link", "show", link))[0]?.operstate === "UP"
  await until(isUp, { what: `${link} in ${namespace.name} to be operational` })
}

/** IPv6 addresses skip duplicate address detection: they can be used at once. */
export async function addAddress(namespace: Namespace, link: string, address: string): Promise<void> {
  const nodad = address.includes(":") ? ["nodad"] : []
  await run("ip", ["-n", namespace.name, "address", "add", address, "dev", link, ...nodad])
}

export interface BridgeLab extends AsyncDisposable {
  readonly bridge: Namespace
  /** Each with `eth0`; host i (from 0) is 10.9.0.(i+1)/24 and fd09::(i+1)/64. */
  readonly hosts: readonly { namespace: Namespace; v4: string; v6: string }[]
  delete(): Promise<void>
}

/** `size` namespaces on one bridge, which stands in a namespace of its own. */
export async function createBridgeLab(size: number): Promise<BridgeLab> {
  const bridge = await createNamespace("bridge")
  await run("ip", ["-n", bridge.name, "link", "add", "br0", "up", "type", "bridge", "mcast_snooping", "0"])
  const hosts: { namespace: Namespace; v4: string; v6: string }[] = []
  const remove = async () => {
    for (const host of hosts) await host.namespace.delete()
    await bridge.delete()
  }
  for (let i = 0; i < size; i++) {
    const host = {
      namespace: await createNamespace(`host${i}`),
      v4: `10.9.0.${i + 1}`,
      v6: `fd09::${(i + 1).toString(16)}`,
    }
    hosts.push(host)
    const port = ["link", "add", `port${i}`, "master", "br0", "up", "type", "veth"]
    await run("ip", ["-n", bridge.name, ...port, "peer", "name", "eth0", "netns", host.namespace.name])
    await addAddress(host.namespace, "eth0", `${host.v4}/24`)
    await addAddress(host.namespace, "eth0", `${host.v6}/64`)
    await run("ip", ["-n", host.namespace.name, "link", "set", "eth0", "up"])
    await operational(bridge, `port${i}`) // until then the bridge forwards nothing there
    await operational(host.namespace, "eth0")
  }
  return { bridge, hosts, delete: remove, [Symbol.asyncDispose]: remove }
}
