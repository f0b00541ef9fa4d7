import { useQuery } from "@tanstack/react-query"
import {
  type Direction,
  type FrameEnds,
  frameQuery,
  type InterfaceView,
  routes,
  type TunnelView,
} from "@tundeck/shared"
import { call } from "../../../lib/api/call.ts"
import type { Texts } from "./packet-form.ts"

/** A ping from elsewhere makes a neighbour known. */
const askAgainMs = 3000

/** The Ethernet addresses that the host would fill in between what is typed; undefined where there is no frame to fill. */
export function useFrameEnds(
  { id, state }: TunnelView,
  on: InterfaceView | undefined,
  direction: Direction,
  texts: Texts,
): FrameEnds | undefined {
  const { source, destination } = texts
  const { data: query } = frameQuery.safeParse({ direction, source: source?.trim(), destination: destination?.trim() })
  const isAsked = query !== undefined && on?.kind === "tap" && state !== "stopped"
  const { data } = useQuery({
    queryKey: ["frame-ends", id, query],
    queryFn: ({ signal }) => (query === undefined ? null : call(routes.readFrame, { params: { id }, query, signal })),
    enabled: isAsked,
    staleTime: 0,
    refetchInterval: ({ state: { data: known } }) => (isKnown(known) ? false : askAgainMs),
  })
  return isAsked ? (data ?? undefined) : undefined
}

function isKnown(ends: FrameEnds | null | undefined): boolean {
  return ends?.source?.from !== "unknown" && ends?.destination?.from !== "unknown"
}
