import type { Direction, Injected, TunnelStats } from "@tundeck/shared"

/**
 * What became of the one packet that took this road between two readings of the counters. A transport that
 * sends what had waited before in the same turn says `sent` for it.
 */
export function fateOf(before: TunnelStats, after: TunnelStats, direction: Direction): Omit<Injected, "length"> {
  const dropped = after.drops.find((drop) => drop.direction === direction && drop.packets > countOf(before, drop))
  if (after[direction].packets > before[direction].packets) {
    return { verdict: direction === "outbound" ? "sent" : "delivered" }
  }
  return dropped === undefined ? { verdict: "waiting" } : { verdict: "dropped", reason: dropped.reason }
}

function countOf({ drops }: TunnelStats, { direction, reason }: TunnelStats["drops"][number]): number {
  return drops.find((drop) => drop.direction === direction && drop.reason === reason)?.packets ?? 0
}
