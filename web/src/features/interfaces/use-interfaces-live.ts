import { useQueryClient } from "@tanstack/react-query"
import { interfacesQuery } from "../../lib/interfaces.ts"
import { useLive } from "../../lib/live/use-live.ts"

/** Reads the list, and the one that is shown, again whenever the engine saw a change. */
export function useInterfacesLive(): void {
  const queryClient = useQueryClient()
  useLive("interfaces", () => void queryClient.invalidateQueries({ queryKey: interfacesQuery.queryKey }))
}
