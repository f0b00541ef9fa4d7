import { keepPreviousData, queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"

/** Seconds that are shown, and how often they are read again. */
export const ranges = {
  live: { seconds: 300, readAgainSeconds: 60 },
  hour: { seconds: 3600, readAgainSeconds: 5 },
  day: { seconds: 86_400, readAgainSeconds: 60 },
  week: { seconds: 7 * 86_400, readAgainSeconds: 60 },
  year: { seconds: 365 * 86_400, readAgainSeconds: 600 },
} as const

export type Range = keyof typeof ranges
export const isRange = (text: string): text is Range => text in ranges

/** Unix ms. */
export interface Stretch {
  from: number
  to: number
}

export interface HistoryWish {
  id: string
  peer: string | undefined
  range: Range
  /** A stretch of the past that is looked at closely, in place of the range. */
  zoom: Stretch | null
}

export function stretchOf({ range, zoom }: Pick<HistoryWish, "range" | "zoom">, now = Date.now()): Stretch {
  return zoom ?? { from: now - ranges[range].seconds * 1000, to: now }
}

/** The route's query: whole milliseconds. */
export function historyQueryOf({ peer, ...wish }: Omit<HistoryWish, "id">, now = Date.now()) {
  const { from, to } = stretchOf(wish, now)
  return { from: Math.floor(from), to: Math.ceil(to), ...(peer !== undefined && { peer }) }
}

export function historyOptions({ id, ...wish }: HistoryWish) {
  const { range, peer, zoom } = wish
  const seconds = range === "live" && peer !== undefined ? 1 : ranges[range].readAgainSeconds
  return queryOptions({
    queryKey: ["history", id, peer ?? "", zoom ?? range],
    queryFn: ({ signal }) => call(routes.tunnelHistory, { params: { id }, query: historyQueryOf(wish), signal }),
    refetchInterval: zoom === null && seconds * 1000,
    placeholderData: keepPreviousData,
  })
}
