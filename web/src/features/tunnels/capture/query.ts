import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"
import { useLive } from "../../../lib/live/use-live.ts"

const queryKey = ["captures"] as const

const capturesQuery = (tunnel: string) =>
  queryOptions({
    queryKey: [...queryKey, tunnel],
    queryFn: ({ signal }) => call(routes.listCaptures, { query: { tunnel }, signal }),
    staleTime: 0,
  })

/** The saved captures of a tunnel; read again when an event tells of one. */
export function useSavedCaptures(tunnel: string) {
  const readAgain = useReadCaptures()
  useLive("events", ({ items }) => {
    if (items.some(({ capture }) => capture !== undefined)) void readAgain()
  })
  return useQuery(capturesQuery(tunnel))
}

export function useReadCaptures(): () => Promise<void> {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey })
}
