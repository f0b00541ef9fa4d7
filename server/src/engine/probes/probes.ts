import { setTimeout as sleep } from "node:timers/promises"
import { type Rtnetlink, routeType } from "@tundeck/native-bindings"
import {
  addressBytes,
  ipFamily,
  type PathMtuResult,
  type PathMtuWish,
  type PingResult,
  type PingWish,
  Problem,
  type TraceResult,
  type TraceWish,
  type TunnelStats,
} from "@tundeck/shared"
import { dataBytes } from "../../ping/echo.ts"
import type { TunnelManager } from "../ports.ts"
import { type Ask, headerBytes } from "./ask.ts"
import { openIcmpAsker } from "./icmp-asker.ts"
import { findPathMtu } from "./path-mtu.ts"
import { ping } from "./ping.ts"
import { trace } from "./trace.ts"

/** Of all tunnels together. */
const mostAtOnce = 8

type Of<W> = W & { id: string }
type Sent = Pick<PingResult, "destination" | "source" | "interface" | "drops">

interface ProbesParts {
  tunnels: Pick<TunnelManager, "carried">
  rtnetlink: Pick<Rtnetlink, "routeTo" | "linkByIndex" | "linkByName">
  openAsker?: typeof openIcmpAsker
}

/**
 * Sends ICMP echo requests from this host through tunnels and says what came of them: the way of any program's packets,
 * through the kernel's routes and the interface. All is bounded in number and time, and one at a time for each tunnel.
 */
export class Probes {
  readonly #parts: ProbesParts
  readonly #under = new Set<string>()

  constructor(parts: ProbesParts) {
    this.#parts = parts
  }

  ping(wish: Of<PingWish>): Promise<PingResult> {
    return this.#probe(wish, (ask, header) => ping(ask, wish, header + wish.dataBytes, sleep))
  }

  trace(wish: Of<TraceWish>): Promise<TraceResult> {
    return this.#probe(wish, (ask, header) => trace(ask, wish.hops, header + dataBytes, sleep))
  }

  pathMtu(wish: Of<PathMtuWish>): Promise<PathMtuResult> {
    return this.#probe(wish, (ask, _header, mtu) => findPathMtu(ask, mtu))
  }

  /** Throws Problem: tunnel-not-running, destination-not-routed, probe-running, probe-refused, rate-limited. */
  async #probe<T>(
    { id, destination }: { id: string; destination: string },
    run: (ask: Ask, header: number, mtu: number) => Promise<T>,
  ): Promise<T & Sent> {
    const { tunnels, openAsker = openIcmpAsker } = this.#parts
    const before = tunnels.carried(id)
    const { over, source } = this.#way(destination, before.interface)
    if (this.#under.has(id)) throw new Problem("probe-running", "Wait until it has ended: it takes seconds.")
    if (this.#under.size >= mostAtOnce) throw new Problem("rate-limited", `At most ${mostAtOnce} tunnels at once.`)
    const asker = openAsker(destination, over)
    this.#under.add(id)
    try {
      const found = await run(asker.ask, headerBytes[ipFamily(destination) ?? 4], before.mtu)
      const drops = newDrops(before.stats, tunnels.carried(id).stats)
      return { destination, source, interface: before.interface, ...found, drops }
    } finally {
      asker.close()
      this.#under.delete(id)
    }
  }

  /** Where the kernel sends to it: over the tunnel's interface, or the bridge that this is in. */
  #way(destination: string, name: string): { over: string; source: string | null } {
    const { rtnetlink } = this.#parts
    const refused = (detail: string) => new Problem("destination-not-routed", detail)
    const route = rtnetlink.routeTo(destination)
    if (route?.type === routeType.local) {
      throw refused(`${destination} is an address of this host: what is sent there never enters ${name}.`)
    }
    if (route?.type === routeType.broadcast || isGroup(destination)) {
      throw refused(`${destination} is the address of many hosts: ask one of them.`)
    }
    if (route?.type !== routeType.unicast || route.interfaceIndex === undefined) {
      throw refused(
        `No route leads to ${destination}. Give ${name} an address of its network or a route to it, and set it up.`,
      )
    }
    const own = rtnetlink.linkByName(name)
    const used = rtnetlink.linkByIndex(route.interfaceIndex)
    if (own === undefined || used === undefined || (used.index !== own.index && used.index !== own.master)) {
      const other = used?.name ?? "another interface"
      throw refused(`${destination} is reached over ${other}, not over ${name}: a route of ${name} decides that.`)
    }
    return { over: used.name, source: route.preferredSource ?? null }
  }
}

/** RFC 5771, RFC 4291 section 2.7 */
function isGroup(address: string): boolean {
  const [first = 0] = addressBytes(address)
  return ipFamily(address) === 4 ? first >> 4 === 0xe : first === 0xff
}

function newDrops(before: TunnelStats, after: TunnelStats): TunnelStats["drops"] {
  return after.drops.flatMap((drop) => {
    const same = before.drops.find((one) => one.direction === drop.direction && one.reason === drop.reason)
    const packets = drop.packets - (same?.packets ?? 0)
    return packets > 0 ? [{ ...drop, packets }] : []
  })
}
