import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query"
import { routes, type TunnelView } from "@tundeck/shared"
import { call } from "./api/call.ts"
import { useLive } from "./live/use-live.ts"
import { useUndo } from "./undo.ts"

/** All tunnels with state and counters. */
export const tunnelsQuery = queryOptions({
  queryKey: ["tunnels"],
  queryFn: async ({ signal }) => (await call(routes.listTunnels, { signal })).items,
})

/** All tunnels, kept as they change; without those whose deletion can still be taken back. */
export function useTunnels() {
  const queryClient = useQueryClient()
  const hidden = useUndo(({ pending }) => pending)
  useLive("tunnels", ({ items, deleted, all = false }) => {
    queryClient.setQueryData(
      tunnelsQuery.queryKey,
      (known) => known && (all ? replaceTunnels(known, items) : mergeTunnels(known, items, deleted)),
    )
  })
  const { data, error, refetch, dataUpdatedAt } = useQuery(tunnelsQuery)
  return { data: data?.filter(({ id }) => !hidden.has(tunnelKey(id))), error, refetch, dataUpdatedAt }
}

/** What `useUndo` knows the deletion of a tunnel by. */
export const tunnelKey = (id: string): string => `tunnel ${id}`

export function mergeTunnels(
  known: readonly TunnelView[],
  changed: readonly TunnelView[],
  deleted: readonly string[],
): TunnelView[] {
  const byId = new Map(known.map((tunnel) => [tunnel.id, tunnel]))
  for (const tunnel of changed) byId.set(tunnel.id, tunnel)
  for (const id of deleted) byId.delete(id)
  return [...byId.values()]
}

/** `all` in the order in which they are known; one that is known but not among them was deleted unheard. */
export function replaceTunnels(known: readonly TunnelView[], all: readonly TunnelView[]): TunnelView[] {
  const ids = new Set(all.map(({ id }) => id))
  const gone = known.flatMap(({ id }) => (ids.has(id) ? [] : [id]))
  return mergeTunnels(known, all, gone)
}
