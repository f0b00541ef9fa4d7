import { useQuery } from "@tanstack/react-query"
import { hostQuery } from "../../lib/host.ts"

/** How many lines of the preflight are red. */
export function useHostFaults(): number {
  return useQuery(hostQuery).data?.checks.filter(({ ok }) => !ok).length ?? 0
}
