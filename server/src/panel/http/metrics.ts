import type { TunnelView } from "@tundeck/shared"
import { tunnelStates } from "@tundeck/shared"
import type { FastifyInstance } from "fastify"
import { collectDefaultMetrics, Gauge, Registry } from "prom-client"

export interface Measured {
  /** With the newest counters. */
  tunnels(): Promise<TunnelView[]>
  engineConnected(): boolean
  viewers(): number
}

/** GET /metrics, for Prometheus. Nothing is counted here: what the engine counts is read when somebody asks. */
export function serveMetrics(app: FastifyInstance, measured: Measured): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `tundeck_${name}`, help, labelNames, registers: [registry] })

  const engine = gauge("engine_up", "1 while the engine is connected", [])
  const viewers = gauge("live_viewers", "Open live connections", [])
  const state = gauge("tunnel_state", "1 for the state that the tunnel is in", ["tunnel", "state"])
  const packets = gauge("tunnel_packets_total", "Packets passed on since the start", ["tunnel", "direction"])
  const bytes = gauge("tunnel_bytes_total", "Bytes of inner packets passed on since the start", ["tunnel", "direction"])
  const drops = gauge("tunnel_drops_total", "Packets dropped since the start", ["tunnel", "direction", "reason"])
  const reconnects = gauge("tunnel_reconnects_total", "Connections made after the first", ["tunnel"])
  const roundTrip = gauge("tunnel_round_trip_seconds", "The kernel's smoothed round trip time", ["tunnel"])

  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    for (const each of [state, packets, bytes, drops, reconnects, roundTrip]) each.reset()
    engine.set(Number(measured.engineConnected()))
    viewers.set(measured.viewers())
    for (const { name: tunnel, stats, state: current } of await measured.tunnels()) {
      for (const each of tunnelStates) state.set({ tunnel, state: each }, Number(each === current))
      for (const direction of ["outbound", "inbound"] as const) {
        packets.set({ tunnel, direction }, stats[direction].packets)
        bytes.set({ tunnel, direction }, stats[direction].bytes)
      }
      for (const drop of stats.drops) {
        drops.set({ tunnel, direction: drop.direction, reason: drop.reason }, drop.packets)
      }
      reconnects.set({ tunnel }, stats.reconnects)
      if (stats.roundTripMs !== null) roundTrip.set({ tunnel }, stats.roundTripMs / 1000)
    }
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
