import { queryOptions } from "@tanstack/react-query"
import { routes } from "@tundeck/shared"
import { call } from "../../lib/api/call.ts"

/** One interface. Its key begins with the list's, so that a change of the list reads it again. */
export const interfaceQuery = (name: string) =>
  queryOptions({
    queryKey: ["interfaces", name],
    queryFn: ({ signal }) => call(routes.readInterface, { params: { name }, signal }),
  })
