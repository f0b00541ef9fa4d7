import { queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "./api/call.ts"

/** Every tun and tap of the machine. */
export const interfacesQuery = queryOptions({
  queryKey: ["interfaces"],
  queryFn: async ({ signal }) => (await call(routes.listInterfaces, { signal })).items,
  // Nobody hears of changes while no page shows interfaces: each that comes reads them again.
  staleTime: 0,
})
