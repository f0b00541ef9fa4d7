import { type InfiniteData, infiniteQueryOptions, useInfiniteQuery, useQueryClient } from "@tanstack/react-query"
import { type HostEvent, type RouteAnswer, routes } from "@tundeck/shared"
import { call } from "./api/call.ts"
import { useLive } from "./live/use-live.ts"

const pageSize = 100

type EventPage = RouteAnswer<typeof routes.listEvents>
type EventPages = InfiniteData<EventPage, unknown>

const eventsQuery = infiniteQueryOptions({
  queryKey: ["events"],
  queryFn: ({ pageParam, signal }) =>
    call(routes.listEvents, { query: { limit: pageSize, before: pageParam }, signal }),
  initialPageParam: undefined as number | undefined, // the first page is before nothing
  getNextPageParam: ({ next }) => (next === undefined ? undefined : Number(next)),
})

/** What happened on this host, newest first, and as it happens. */
export function useEvents() {
  const queryClient = useQueryClient()
  useLive("events", ({ items }) => {
    queryClient.setQueryData(eventsQuery.queryKey, (known) => known && addEvents(known, items))
  })
  const query = useInfiniteQuery(eventsQuery)
  return { ...query, events: query.data?.pages.flatMap(({ items }) => items) }
}

export function addEvents(known: EventPages, fresh: readonly HostEvent[]): EventPages {
  const [first, ...rest] = known.pages
  if (first === undefined) return known
  const ids = new Set(first.items.map(({ id }) => id))
  // An event that could not be saved has the number 0, and there may be several.
  const added = fresh.filter(({ id }) => id === 0 || !ids.has(id)).toReversed()
  return { ...known, pages: [{ ...first, items: [...added, ...first.items] }, ...rest] }
}
