import type { TransportSwap, TunnelView } from "@tundeck/shared"
import { useSyncExternalStore } from "react"
import { subscribeLive } from "../live/connection.ts"
import { type RateSeries, TrafficHistory } from "./history.ts"

/** The history of this page: it begins when a person signs in and fills while any page is open. */
const listeners = new Set<() => void>()
let history = new TrafficHistory()
let swaps: ReadonlyMap<string, TransportSwap> = new Map()
let version = 0

/** Listens to the counters of all tunnels; the shell does, so that a chart is full when it is opened. */
export function recordTraffic(): () => void {
  history = new TrafficHistory()
  return subscribeLive({
    topic: "stats",
    tunnel: undefined,
    receive: (message) => {
      if (message.type !== "stats") return
      history.record(message.time, message.items)
      swaps = new Map(message.items.flatMap(({ id, swap }) => (swap === undefined ? [] : [[id, swap]])))
      version++
      for (const listener of listeners) listener()
    },
  })
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Renders with each sample, once a second. */
export function useTraffic({ id, state, stats, swap }: Pick<TunnelView, "id" | "state" | "stats" | "swap">) {
  useSyncExternalStore(listen, () => version)
  return {
    rates: history.rates(id),
    stats: (state === "stopped" ? undefined : history.stats(id)) ?? stats,
    swap: newer(swaps.get(id), swap),
    recentDrops: history.recentDrops(id),
    series: (seconds: number): RateSeries => history.series(id, seconds),
  }
}

/** Of a later change, or of the same one measured on. A stopped tunnel has none. */
function newer(told: TransportSwap | undefined, shown: TransportSwap | null): TransportSwap | null {
  return told !== undefined && shown !== null && told.time >= shown.time ? told : shown
}
