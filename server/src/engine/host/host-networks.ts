import type { Rtnetlink } from "@tundeck/native-bindings"
import type { HostNetwork } from "@tundeck/shared"

/** What this host has for itself, or reaches: addresses of all its interfaces, and the routes of the main table. */
export function hostNetworks(rtnetlink: Pick<Rtnetlink, "links" | "addresses" | "routes">): HostNetwork[] {
  const names = new Map(rtnetlink.links().map(({ index, name }) => [index, name]))
  const addresses = rtnetlink.addresses().map(({ address, prefixLength, index }) => ({
    network: `${address}/${prefixLength}`,
    kind: "address" as const,
    interface: names.get(index) ?? null,
  }))
  const routes = rtnetlink.routes().map(({ destination, interfaceIndex = 0 }) => ({
    network: destination,
    kind: "route" as const,
    interface: names.get(interfaceIndex) ?? null,
  }))
  return [...addresses, ...routes]
}
