import type { TunnelStats, TunnelStatus } from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"

const nothing = { packets: 0, bytes: 0, dropped: 0 }
export const noStats: TunnelStats = {
  outbound: nothing,
  inbound: nothing,
  drops: [],
  reconnects: 0,
  roundTripMs: null,
}

/** What the engine last said of its tunnels. While it is away, that stands. */
export class TunnelStates {
  readonly #engine: Engine
  #known = new Map<string, TunnelStatus>()
  #asking: Promise<void> | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get(id: string): TunnelStatus | undefined {
    return this.#known.get(id)
  }

  all(): TunnelStatus[] {
    return [...this.#known.values()]
  }

  set(status: TunnelStatus): void {
    if (status.state === "stopped") this.#known.delete(status.id)
    else this.#known.set(status.id, status)
  }

  forget(id: string): void {
    this.#known.delete(id)
  }

  /** Asks the engine; many who want to know at once share one question. */
  refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<void> {
    const statuses = await this.#engine.call("tunnel.list", null)
    this.#known = new Map(statuses.map((status) => [status.id, status]))
  }
}
