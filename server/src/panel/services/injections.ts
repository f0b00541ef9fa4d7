import { composePacket, type Injected, type Injection } from "@tundeck/shared"
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

  /** The record says what was asked; it is written before the answer, and stays when the packet is dropped. */
  async inject(actor: string, idOrName: string, { direction, peer, packet }: Injection): Promise<Injected> {
    const { id, name } = this.#tunnels.row(idOrName).config
    const bytes = Buffer.from(composePacket(packet)).toString("base64")
    const fate = await this.#engine.call("tunnel.inject", { id, direction, ...(peer !== undefined && { peer }), bytes })
    const detail = { direction, peer, packet: shortened(packet) }
    this.#store.transaction(() =>
      recordAudit(this.#store, { actor, action: "injectPacket", subject: `tunnel ${name}`, detail }),
    )
    return fate
  }
}

/** An audit record is no place for 65,000 bytes. */
function shortened(packet: Injection["packet"]): object {
  if (packet.kind === "raw") return { ...packet, bytes: packet.bytes.slice(0, 256) }
  return packet.kind === "udp" ? { ...packet, data: packet.data.slice(0, 256) } : packet
}
