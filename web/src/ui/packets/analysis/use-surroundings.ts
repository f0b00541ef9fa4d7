import { queryOptions, useQuery } from "@tanstack/react-query"
import { fallsBack, routes, type Surroundings, surroundingsOf, type TunnelView } from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"
import { interfacesQuery } from "../../../lib/interfaces.ts"

const carriersQuery = (id: string) =>
  queryOptions({
    queryKey: ["tunnels", id, "carriers"],
    queryFn: async ({ signal }) => (await call(routes.listPeers, { params: { id }, signal })).items,
    staleTime: 0,
    // A thousand peers are some hundred kilobytes a reading.
    refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 100 ? 5_000 : 2_000),
  })

/** What is known of a tunnel beside its packets, kept as it changes; undefined until it is known. */
export function useSurroundings({ id, transport, interface: name }: TunnelView): Surroundings | undefined {
  const mayChange = fallsBack(transport)
  const carriers = useQuery({ ...carriersQuery(id), enabled: mayChange })
  const interfaces = useQuery(interfacesQuery)
  // What cannot be had is no reason to show nothing.
  if (interfaces.isPending || (mayChange && carriers.isPending)) return undefined
  const on = interfaces.data?.find((one) => one.name === name)
  const addresses = on?.actual?.addresses ?? on?.addresses ?? []
  return surroundingsOf({ transport, peers: (mayChange && carriers.data) || [], addresses })
}
