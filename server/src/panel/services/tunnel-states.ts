import type { CountedRow, TunnelStats, TunnelStatus } from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import type { TransportSwaps } from "./transport-swaps.ts"

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
  readonly #swaps: TransportSwaps
  readonly #known = new Map<string, TunnelStatus>()
  #asking: Promise<void> | undefined

  constructor(engine: Engine, swaps: TransportSwaps) {
    this.#engine = engine
    this.#swaps = swaps
  }

  get(id: string): TunnelStatus | undefined {
    return this.#known.get(id)
  }

  /** Those that run, or try to. */
  running(): TunnelStatus[] {
    return [...this.#known.values()].filter(({ state }) => state !== "stopped")
  }

  set(status: TunnelStatus): void {
    this.#known.set(status.id, status)
    this.#swaps.sample(status)
  }

  /** What the engine counted since, of a tunnel whose state it told before. */
  counted({ id, peer, values, roundTripMs, retransmissions }: CountedRow): void {
    const status = this.#known.get(id)
    if (status === undefined || status.state === "stopped" || peer !== undefined) return
    const [outboundBytes, inboundBytes, outboundPackets, inboundPackets, outboundDrops, inboundDrops] = values
    const stats: TunnelStats = {
      ...status.stats,
      outbound: { packets: outboundPackets, bytes: outboundBytes, dropped: outboundDrops },
      inbound: { packets: inboundPackets, bytes: inboundBytes, dropped: inboundDrops },
      roundTripMs,
    }
    this.#known.set(id, { ...status, stats: retransmissions === null ? stats : { ...stats, retransmissions } })
  }

  /** Keeps in mind what each carries now, in case that its transport changes. */
  sample(): void {
    for (const status of this.#known.values()) this.#swaps.sample(status)
  }

  /** What it counted stays readable until it starts again. */
  stopped(id: string): void {
    const last = this.#known.get(id)
    if (last !== undefined) this.set(asStopped(last))
  }

  forget(id: string): void {
    this.#known.delete(id)
    this.#swaps.forget(id)
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
    const listed = new Set(statuses.map(({ id }) => id))
    for (const id of this.#known.keys()) if (!listed.has(id)) this.stopped(id)
    for (const status of statuses) this.set(status)
  }
}

function asStopped(last: TunnelStatus): TunnelStatus {
  if (last.state === "stopped") return last
  return { ...last, state: "stopped", reason: null, remote: null, peersConnected: 0, since: Date.now() }
}
