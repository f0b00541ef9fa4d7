import { queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "./api/call.ts"

/** All tunnels with state and counters. */
export const tunnelsQuery = queryOptions({
  queryKey: ["tunnels"],
  queryFn: async ({ signal }) => (await call(routes.listTunnels, { signal })).items,
})
