import type { PathMtuResult, PathMtuWish, PingResult, PingWish, TraceResult, TraceWish } from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"
import type { Tunnels } from "./tunnels.ts"

/** Has the engine ask hosts behind tunnels. The record says what was asked; it is written before the answer. */
export class Probes {
  readonly #tunnels: Tunnels
  readonly #engine: Engine
  readonly #store: Store

  constructor(tunnels: Tunnels, engine: Engine, store: Store) {
    this.#tunnels = tunnels
    this.#engine = engine
    this.#store = store
  }

  ping(actor: string, idOrName: string, wish: PingWish): Promise<PingResult> {
    return this.#recorded(actor, "pingTunnel", idOrName, wish, (id) =>
      this.#engine.call("tunnel.ping", { id, ...wish }),
    )
  }

  trace(actor: string, idOrName: string, wish: TraceWish): Promise<TraceResult> {
    return this.#recorded(actor, "traceTunnel", idOrName, wish, (id) =>
      this.#engine.call("tunnel.trace", { id, ...wish }),
    )
  }

  pathMtu(actor: string, idOrName: string, wish: PathMtuWish): Promise<PathMtuResult> {
    return this.#recorded(actor, "probePathMtu", idOrName, wish, (id) =>
      this.#engine.call("tunnel.pathMtu", { id, ...wish }),
    )
  }

  async #recorded<T>(
    actor: string,
    action: string,
    idOrName: string,
    wish: { destination: string },
    probe: (id: string) => Promise<T>,
  ): Promise<T> {
    const { id, name } = this.#tunnels.row(idOrName).config
    const result = await probe(id)
    this.#store.transaction(() => recordAudit(this.#store, { actor, action, subject: `tunnel ${name}`, detail: wish }))
    return result
  }
}
