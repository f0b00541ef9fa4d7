import type { TunnelView } from "@tundeck/shared"
import { useSyncExternalStore } from "react"
import { subscribeLive } from "../live/connection.ts"
import { type RateSeries, TrafficHistory } from "./history.ts"

/** The history of this page: it begins when a person signs in and fills while any page is open. */
const listeners = new Set<() => void>()
let history = new TrafficHistory()
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
export function useTraffic({ id, state, stats }: Pick<TunnelView, "id" | "state" | "stats">) {
  useSyncExternalStore(listen, () => version)
  return {
    rates: history.rates(id),
    stats: (state === "stopped" ? undefined : history.stats(id)) ?? stats,
    recentDrops: history.recentDrops(id),
    series: (seconds: number): RateSeries => history.series(id, seconds),
  }
}
