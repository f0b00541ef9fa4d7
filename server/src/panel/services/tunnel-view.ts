import { defaultCapture, hasFaults, type TransportSwap, type TunnelStatus, type TunnelView } from "@tundeck/shared"
import type { TunnelRow } from "./tunnel-rows.ts"
import { noStats } from "./tunnel-states.ts"

/** A tunnel as it is shown: what is saved, and what the engine last said of it. */
export function tunnelView(
  { config, security, createdAt }: TunnelRow,
  status: TunnelStatus | undefined,
  swap: TransportSwap | null,
): TunnelView {
  return {
    ...config,
    capture: config.capture ?? defaultCapture,
    security,
    insecure: config.security.kind === "none" && config.transport.kind !== "responder",
    state: status?.state ?? "stopped",
    reason: status?.reason ?? null,
    since: status?.since ?? createdAt,
    remote: status?.remote ?? null,
    peersConnected: status?.peersConnected ?? 0,
    largestPacket: status?.largestPacket ?? null,
    faulty: hasFaults(config.faults),
    swap,
    stats: status?.stats ?? noStats,
    createdAt,
  }
}
