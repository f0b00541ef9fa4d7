import { queryOptions, useQuery } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "./api/call.ts"

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => call(routes.currentSession, { signal }),
  staleTime: 60_000,
})

/** Viewers look; admins change. Buttons that change something ask this. */
export function useIsAdmin(): boolean {
  return useQuery(sessionQuery).data?.role === "admin"
}
