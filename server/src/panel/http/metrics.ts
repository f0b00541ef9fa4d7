import type { TunnelView } from "@tundeck/shared"
import { peersExpected, tunnelStates } from "@tundeck/shared"
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
  const info = gauge("tunnel_info", "1; its labels say what the tunnel is", [
    "tunnel",
    "interface",
    "transport",
    "security",
  ])
  const expected = gauge("tunnel_peers", "Peers that may be connected", ["tunnel"])
  const connected = gauge("tunnel_peers_connected", "Peers that are connected", ["tunnel"])
  const largest = gauge("tunnel_largest_packet_bytes", "The largest inner packet that is carried in one piece", [
    "tunnel",
  ])
  const faulty = gauge("tunnel_faults_injected", "1 while faults are injected", ["tunnel"])
  const packets = gauge("tunnel_packets_total", "Packets passed on since the start", ["tunnel", "direction"])
  const bytes = gauge("tunnel_bytes_total", "Bytes of inner packets passed on since the start", ["tunnel", "direction"])
  const drops = gauge("tunnel_drops_total", "Packets dropped since the start", ["tunnel", "direction", "reason"])
  const reconnects = gauge("tunnel_reconnects_total", "Connections made after the first", ["tunnel"])
  const roundTrip = gauge("tunnel_round_trip_seconds", "To the peer and back", ["tunnel"])
  const perTunnel = [state, info, expected, connected, largest, faulty, packets, bytes, drops, reconnects, roundTrip]

  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    for (const each of perTunnel) each.reset()
    engine.set(Number(measured.engineConnected()))
    viewers.set(measured.viewers())
    for (const view of await measured.tunnels()) {
      const { name: tunnel, stats, state: current } = view
      info.set({ tunnel, interface: view.interface, transport: view.transport.kind, security: view.security.kind }, 1)
      expected.set({ tunnel }, peersExpected(view))
      connected.set({ tunnel }, view.peersConnected)
      if (view.largestPacket !== null) largest.set({ tunnel }, view.largestPacket)
      faulty.set({ tunnel }, Number(view.faulty))
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
