import type { TransportKind, TransportSwap, TunnelStatus } from "@tundeck/shared"
import { TrafficWindow } from "./traffic-window.ts"

interface Running {
  window: TrafficWindow
  swap: Omit<TransportSwap, "after"> | undefined
}

/**
 * What each running tunnel carried lately, and what its last change of transport made of that. In memory alone: a comparison is of use
 * while somebody looks, and a panel that starts anew has not seen what was before.
 */
export class TransportSwaps {
  readonly #now: () => number
  readonly #running = new Map<string, Running>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Each status that the engine tells. Counters that begin anew are those of another run, to which an old comparison says nothing. */
  sample({ id, state, stats }: TunnelStatus): void {
    if (state === "stopped") return this.forget(id)
    const known = this.#running.get(id) ?? this.#begin(id)
    const measured = state === "up" ? stats : { ...stats, roundTripMs: null }
    if (!known.window.add(this.#now(), measured)) known.swap = undefined
  }

  /** What it carried up to its newest sample. */
  average(id: string): TransportSwap["before"] {
    return (this.#running.get(id)?.window ?? new TrafficWindow()).average()
  }

  /** From here on another transport carries it; `status` is how it begins. */
  record(
    status: TunnelStatus,
    swap: { from: TransportKind; to: TransportKind; before: TransportSwap["before"] },
  ): void {
    this.#begin(status.id).swap = { time: this.#now(), ...swap }
    this.sample(status)
  }

  get(id: string): TransportSwap | null {
    const { swap, window } = this.#running.get(id) ?? {}
    return swap === undefined || window === undefined ? null : { ...swap, after: window.average() }
  }

  forget(id: string): void {
    this.#running.delete(id)
  }

  #begin(id: string): Running {
    const running = { window: new TrafficWindow(), swap: undefined }
    this.#running.set(id, running)
    return running
  }
}
