import { queryOptions } from "@tanstack/react-query"
import { routes, type TunnelPeerStatus } from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"

export interface PeerRow extends TunnelPeerStatus {
  /** Bytes a second since the reading before; null while there is none. */
  rates: { outbound: number; inbound: number } | null
}

interface Reading {
  time: number
  rows: PeerRow[]
}

const shortestMs = 500

/** Two readings close together say little of a rate: then the one before stays. */
export function withRates(now: number, peers: readonly TunnelPeerStatus[], before: Reading | undefined): Reading {
  const known = new Map(before?.rows.map((row) => [row.name, row]))
  const elapsedMs = now - (before?.time ?? now)
  const rows = peers.map((peer) => {
    const last = known.get(peer.name)
    if (last === undefined) return { ...peer, rates: null }
    if (elapsedMs < shortestMs) return { ...peer, rates: last.rates }
    const rate = (direction: "outbound" | "inbound") => {
      const grown = peer[direction].bytes - last[direction].bytes
      // A counter that fell began anew: the tunnel was restarted.
      return ((grown < 0 ? peer[direction].bytes : grown) * 1000) / elapsedMs
    }
    return { ...peer, rates: { outbound: rate("outbound"), inbound: rate("inbound") } }
  })
  return { time: now, rows }
}

/** A tunnel's peers, read again and again while they are looked at. */
export const peersQuery = (id: string) =>
  queryOptions({
    queryKey: ["tunnels", id, "peers"],
    queryFn: async ({ signal, client, queryKey }) => {
      const { items } = await call(routes.listPeers, { params: { id }, signal })
      return withRates(Date.now(), items, client.getQueryData<Reading>(queryKey))
    },
    staleTime: 0,
    // A thousand peers are some hundred kilobytes a reading.
    refetchInterval: ({ state }) => ((state.data?.rows.length ?? 0) > 100 ? 5_000 : 2_000),
  })

export const macsQuery = (id: string) =>
  queryOptions({
    queryKey: ["tunnels", id, "macs"],
    queryFn: async ({ signal }) => (await call(routes.listMacs, { params: { id }, signal })).items,
    staleTime: 0,
    refetchInterval: 5_000,
  })
