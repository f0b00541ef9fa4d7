import { queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "../../lib/api/call.ts"

/** Does this host still wait for its first account. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => call(routes.setupState, { signal }),
})
