import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query"
import { Problem } from "@tundeck/shared"
import { sessionQuery } from "../lib/session.ts"

/** A session that ended while the page was open: forget who was signed in, and the router asks again. */
function watchForSignOut(error: Error): void {
  if (!(error instanceof Problem) || error.code !== "sign-in-required") return
  if (queryClient.getQueryData(sessionQuery.queryKey) === undefined) return
  queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
  window.dispatchEvent(new Event(sessionEnded))
}

export const sessionEnded = "tundeck:session-ended"

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: watchForSignOut }),
  mutationCache: new MutationCache({ onError: watchForSignOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the panel refused it refuses again; only a lost connection is worth another try.
      retry: (count, error) => !(error instanceof Problem) && count < 2,
    },
  },
})
