import {
  composePacket,
  type FrameEnd,
  type FrameEnds,
  type FrameQuery,
  type Injected,
  type Injection,
  type PacketWish,
  Problem,
  withFrameEnds,
} from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"
import type { Tunnels } from "./tunnels.ts"

/** Makes packets that a person thought up and has the engine send them. */
export class Injections {
  readonly #tunnels: Tunnels
  readonly #engine: Engine
  readonly #store: Store

  constructor(tunnels: Tunnels, engine: Engine, store: Store) {
    this.#tunnels = tunnels
    this.#engine = engine
    this.#store = store
  }

  /** Throws Problem tunnel-not-running. */
  frame(idOrName: string, between: FrameQuery): Promise<FrameEnds> {
    return this.#engine.call("tunnel.frame", { id: this.#tunnels.row(idOrName).config.id, ...between })
  }

  /** The record says what was asked; it is written before the answer, and stays when the packet is dropped. */
  async inject(actor: string, idOrName: string, { direction, peer, packet }: Injection): Promise<Injected> {
    const { id, name } = this.#tunnels.row(idOrName).config
    const whole = await this.#whole(id, direction, packet)
    const bytes = Buffer.from(composePacket(whole)).toString("base64")
    const fate = await this.#engine.call("tunnel.inject", { id, direction, ...(peer !== undefined && { peer }), bytes })
    const detail = { direction, peer, packet: shortened(whole) }
    this.#store.transaction(() =>
      recordAudit(this.#store, { actor, action: "injectPacket", subject: `tunnel ${name}`, detail }),
    )
    return fate
  }

  /** As it fits the interface. Throws Problem: validation-failed, where an end is not known; tunnel-not-running. */
  async #whole(id: string, direction: Injection["direction"], packet: PacketWish): Promise<PacketWish> {
    if (packet.kind === "raw") return packet
    const { source, destination } = packet
    const ends = await this.#engine.call("tunnel.frame", { id, direction, source, destination })
    const problem = ends.kind === "tun" ? frameless(packet, ends.interface) : undefined
    if (problem !== undefined) throw problem
    const whole = withFrameEnds(packet, ends)
    const unknown = (["source", "destination"] as const).filter(
      (end) => ends.kind === "tap" && whole.ethernet?.[end] === undefined,
    )
    if (unknown.length > 0) {
      throw new Problem(
        "validation-failed",
        undefined,
        unknown.map((end) => ({ path: `packet.ethernet.${end}`, message: unknownText(ends[end], ends.interface) })),
      )
    }
    return whole
  }
}

function unknownText(end: FrameEnd | null, name: string): string {
  return `Nobody on ${name} has told the MAC address of ${end?.of ?? "it"} yet. Ping it once, and it is filled in; or write it.`
}

/** What a tun interface cannot carry. */
function frameless(packet: Exclude<PacketWish, { kind: "raw" }>, name: string): Problem | undefined {
  const refused = (path: string, message: string) => new Problem("validation-failed", undefined, [{ path, message }])
  if (packet.kind === "arp") return refused("packet.kind", `ARP is Ethernet's: ${name} is a tun interface.`)
  if (packet.ethernet === undefined) return undefined
  return refused("packet.ethernet", `Leave MAC addresses out: ${name} is a tun interface, which has none.`)
}

/** An audit record is no place for 65,000 bytes. */
function shortened(packet: Injection["packet"]): object {
  if (packet.kind === "raw") return { ...packet, bytes: packet.bytes.slice(0, 256) }
  return packet.kind === "udp" ? { ...packet, data: packet.data.slice(0, 256) } : packet
}
