import { type Link, type Rtnetlink, routeType } from "@tundeck/native-bindings"
import { addressBytes, type FrameEnd, type FrameEnds, type FrameQuery, ipFamily, Problem } from "@tundeck/shared"

const everybody = "ff:ff:ff:ff:ff:ff"

type Tables = Pick<Rtnetlink, "linkByName" | "linkByIndex" | "addresses" | "routeTo" | "neighbourMac">

/**
 * The Ethernet addresses of a frame that crosses a tap interface. On this side stands the host, or the bridge that the
 * interface is in with all behind it; on the other side whoever the kernel's neighbour table has. Nothing is sent.
 */
export class FrameEndsFinder {
  readonly #tables: Tables

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /** Throws Problem interface-not-found. */
  find(name: string, { direction, source, destination }: FrameQuery): FrameEnds {
    const link = this.#tables.linkByName(name)
    if (link === undefined) throw new Problem("interface-not-found", `${name} is gone.`)
    if (link.tun?.kind !== "tap") return { kind: "tun", interface: name, source: null, destination: null }
    const master = link.master === undefined ? undefined : this.#tables.linkByIndex(link.master)
    const host = master?.kind === "bridge" ? master : link
    const here = (address: string) => this.#here(host, address)
    const there = (address: string) => this.#there(host, address)
    const isOut = direction === "outbound"
    return {
      kind: "tap",
      interface: name,
      source: isOut ? here(source) : there(source),
      destination: this.#group(host, destination) ?? (isOut ? there(destination) : here(destination)),
    }
  }

  #here(host: Link, address: string): FrameEnd {
    const own = { mac: host.mac ?? null, of: host.name }
    if (host.kind !== "bridge") return { ...own, from: "interface" }
    const bridge = { ...own, from: "bridge" } as const
    if (this.#tables.addresses(host.index).some((one) => one.address === address)) return bridge
    const route = this.#tables.routeTo(address)
    const isBehindBridge = route?.interfaceIndex === host.index && route.gateway === undefined
    return isBehindBridge ? this.#neighbour(host, address) : bridge
  }

  #there(host: Link, address: string): FrameEnd {
    const route = this.#tables.routeTo(address)
    const isRouted = route?.type === routeType.unicast && route.interfaceIndex === host.index
    return this.#neighbour(host, (isRouted ? route.gateway : undefined) ?? address)
  }

  #neighbour(host: Link, address: string): FrameEnd {
    const mac = this.#tables.neighbourMac(host.index, address)
    return mac === undefined ? { mac: null, from: "unknown", of: address } : { mac, from: "neighbour", of: address }
  }

  /** RFC 1112 section 6.4, RFC 2464 section 7; the broadcast addresses of the interface's own networks. */
  #group(host: Link, address: string): FrameEnd | undefined {
    const [first = 0, second = 0, third = 0, fourth = 0, ...rest] = addressBytes(address)
    const group = (mac: string): FrameEnd => ({ mac, from: "group", of: address })
    if (ipFamily(address) === 6) {
      return first === 0xff ? group(["33", "33", ...rest.slice(-4).map(hex)].join(":")) : undefined
    }
    if (first >> 4 === 0xe) return group(["01:00:5e", ...[second & 0x7f, third, fourth].map(hex)].join(":"))
    if (address === "255.255.255.255") return group(everybody)
    const route = this.#tables.routeTo(address)
    const isBroadcast = route?.type === routeType.broadcast && route.interfaceIndex === host.index
    return isBroadcast ? group(everybody) : undefined
  }
}

const hex = (byte: number) => byte.toString(16).padStart(2, "0")
