import { queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "../../lib/api/call.ts"

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ signal }) => (await call(routes.listTokens, { signal })).items,
})
