import { queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "./api/call.ts"

/** The preflight, the host's name and the versions. */
export const hostQuery = queryOptions({
  queryKey: ["host"],
  queryFn: ({ signal }) => call(routes.host, { signal }),
  staleTime: 60_000,
})
